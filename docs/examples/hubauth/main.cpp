// SPDX-License-Identifier: BSL-1.0
//
// Signs in on the command line, and gives other programs the header for their requests:
//
//   hubauth login
//   curl -H "$(hubauth header)" URL

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/color.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "hubauth/posix/core_dumps.hpp"
#include "hubauth/hubauth.hpp"

namespace {

enum exit_code : int { ok = 0, person_must_act = 1, wrong_usage = 2, try_again = 3, report_it = 4 };

constexpr const char* footer =
    "Text goes to standard error, data to standard output.\n"
    "\n"
    "Exit codes:\n"
    "  0  done\n"
    "  1  a person must act: not signed in, rejected or malformed, or the key could not be saved\n"
    "  2  wrong usage\n"
    "  3  try again later: unreachable, timed out, rate limited, the service failed, the settings are busy\n"
    "  4  report it: no secure connection, or not an answer of this service";

struct command_line {
  std::string service = "hub";
  std::optional<std::string> root;
  std::optional<std::string> key;
  std::optional<std::string> cookies;
  bool with_key = false;
  bool check = false;
  bool json = false;
  bool verbose = false;
};

/// A colour where a person sees it and wants it (https://no-color.org), else none.
fmt::text_style coloured(fmt::terminal_color colour) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool plain = (no_color && *no_color) || !isatty(STDERR_FILENO);
  return plain ? fmt::text_style() : fmt::fg(colour);
}

/// Says a line to the person.
template <class... Args>
void say(const fmt::text_style& style, fmt::format_string<Args...> text, Args&&... args) {
  fmt::print(stderr, style, "{}", fmt::format(text, std::forward<Args>(args)...));
  std::fputc('\n', stderr);
}

template <class... Args>
void warn(fmt::format_string<Args...> text, Args&&... args) {
  say(coloured(fmt::terminal_color::yellow), text, std::forward<Args>(args)...);
}

exit_code code_for(const std::error_code& error) {
  if (error == hubauth::recovery::retry) return try_again;
  if (error == hubauth::recovery::none) return report_it;
  return person_must_act;
}

exit_code fail(const std::error_code& error, std::string_view message) {
  say(coloured(fmt::terminal_color::red), "hubauth: {}", message);
  return code_for(error);
}

/// Writes a line to standard output, by no buffer: that would keep a copy.
exit_code print(std::string_view line) {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  const bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::puts("") != EOF;
  return written ? ok : fail(std::make_error_code(std::errc::io_error), "standard output can't be written");
}

std::string_view recovery_for(const std::error_code& error) {
  if (error == hubauth::recovery::retry) return "retry";
  return error == hubauth::recovery::none ? "report" : "ask";
}

/// What came of a sign-in, for programs.
std::string json(const hubauth::login_result& result) {
  nlohmann::ordered_json out;
  out["signed_in"] = result.has_value();
  out["host"] = result ? result->host : result.error().host;
  if (result) {
    out["from"] = to_string(result->source);
    out["verified"] = result->verified;
    out["saved"] = result->saved;
  } else {
    const auto& why = result.error();
    auto& error = out["error"];
    error["kind"] = to_string(static_cast<hubauth::errc>(why.code.value()));  // the library's own policies have no other
    error["message"] = why.message();
    error["recovery"] = recovery_for(why.code);
    error["retry_after"] = nullptr;
    if (why.retry_after) error["retry_after"] = *why.retry_after;
  }
  for (const auto from : hubauth::all_sources)
    out["sources"][std::string(to_string(from))] = describe((result ? result->trace : result.error().trace)[from]);
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// A line of standard input, without a copy of it that is not wiped. At a terminal, without an echo.
hubauth::result<hubauth::secret> read_key(const hubauth::service& at) {
  if (isatty(STDIN_FILENO)) return hubauth::terminal_prompter().ask({at.name, {}});
  constexpr std::size_t most = 4096;
  std::string line;
  line.reserve(most);
  std::setvbuf(stdin, nullptr, _IONBF, 0);
  for (int c; line.size() != most && (c = std::getchar()) != EOF && c != '\n';) line += static_cast<char>(c);
  const bool whole = line.size() != most;
  hubauth::secret key(line);
  hubauth::secure_zero(line);
  if (!whole) return hubauth::fail(hubauth::errc::malformed_key, "the line is longer than any key");
  return key;
}

/// Says each row of the flow as it is taken.
struct narrator {
  bool talks;
  void operator()(const hubauth::fsm::transition_names& row) const {
    if (talks) say({}, "  {} ends in {}, goes to {}", row.in, row.ending, row.to);
  }
};

/// The commands.
class program {
 public:
  program(const hubauth::service& at, const command_line& given)
      : service_(at),
        given_(given),
        narrate_{given.verbose},
        auth_(at, hubauth::curl_transport({.cookie_file = given.cookies.value_or("")})) {}

  exit_code login() {
    if (given_.key)
      warn(
          "A key on the command line is seen in the process list and in the shell's history; "
          "--with-key reads it from standard input.");
    const auto key = given_key();
    if (!key) return fail(key.error().code, key.error().message());

    auto result = given_.cookies
                      ? auth_.auth_with_cookies(narrate_)
                      : key->with_exposed([&](std::string_view text) { return auth_.login(text, {}, narrate_); });
    if (!result && given_.with_key && result.error().source == hubauth::source::argument)
      result.error().source_description = "standard input";
    return report(result);
  }

  exit_code status() {
    const auto code = tell(recall());
    if (const auto exposed = hubauth::settings_file().readable_by_others(); exposed && *exposed)
      warn("Others can read the key in {0}. To keep it to yourself: chmod 600 {0}", **exposed);
    return code;
  }

  exit_code header() {
    const auto result = given_.cookies ? auth_.auth_with_cookies(narrate_) : recall();
    if (!result) return report(result);
    warn_of_variable(*result);

    return print(auth_.get_auth_header().expose_line());
  }

  exit_code logout() {
    const auto erased = auth_.logout();
    if (!erased) return fail(erased.error().code, erased.error().message());
    say({}, "Signed out; no key is saved.");
    const char* key = std::getenv(service_.key_env_var.data());
    if (key && *key) warn("{} still holds a key.", service_.key_env_var);
    return ok;
  }

 private:
  /// The key on the command line or standard input; empty when there is to be none. Refuses a whitespace one: in `login` it
  /// would count as none, and a saved key, which may be somebody else's, would sign in.
  hubauth::result<hubauth::secret> given_key() const {
    if (!given_.key && !given_.with_key) return hubauth::secret();
    auto key = given_.key ? hubauth::result<hubauth::secret>(hubauth::secret(*given_.key)) : read_key(service_);
    if (key && key->with_exposed(hubauth::trim).empty())
      return hubauth::fail(hubauth::errc::malformed_key, describe(hubauth::key_error::no_key));
    return key;
  }

  /// Signs in with what is there: prompts nobody, and the service only about a key that is not saved, or by --check.
  hubauth::login_result recall() {
    const auto there = hubauth::source_set().without(hubauth::source::browser).without(hubauth::source::prompt);
    auto result = auth_.login({}, {.verify_saved = given_.check, .sources = there}, narrate_);
    if (!result && result.error().code == hubauth::errc::not_signed_in)
      result.error().hint = fmt::format("sign in by `hubauth login`, or put a key into {}", service_.key_env_var);
    return result;
  }

  /// Says what came of a sign-in, to a person or to a program.
  exit_code tell(const hubauth::login_result& result) const {
    if (!given_.json) return report(result);
    if (result) warn_of_variable(*result);
    const auto printed = print(json(result));
    return printed != ok || result ? printed : code_for(result.error().code);
  }

  /// Says what came of a sign-in.
  exit_code report(const hubauth::login_result& result) const {
    if (given_.verbose)
      for (const auto from : hubauth::all_sources)
        say({}, "  {:<11}  {}", to_string(from), describe((result ? result->trace : result.error().trace)[from]));
    if (!result) return fail(result.error().code, result.error().message());

    say(coloured(fmt::terminal_color::green), "Signed in to {}", result->host);
    say({}, "  from      {}", words(result->source));
    say({}, "  verified  {}", result->verified ? "yes, just now" : "no, taken as it stands");
    say({}, "  saved     {}",
        result->saved  ? "yes"
        : auth_.id_token() ? "no, a token lives in memory only: see hubauth header --cookies"
                           : "no");
    warn_of_variable(*result);
    if (result->save_error) return fail(result->save_error->code, result->save_error->message());
    return ok;
  }

  std::string words(hubauth::source from) const {
    if (from == hubauth::source::argument && given_.with_key) return "standard input";
    if (from == hubauth::source::environment) return fmt::format("environment ({})", service_.key_env_var);
    return std::string(to_string(from));
  }

  void warn_of_variable(const hubauth::session& signed_in) const {
    if (signed_in.source != hubauth::source::environment) return;
    const auto saved = hubauth::settings_file().load();
    if (saved && *saved) warn("{0} goes before the saved key; unset {0} to use that.", service_.key_env_var);
  }

  const hubauth::service& service_;
  const command_line& given_;
  const narrator narrate_;
  hubauth::auth auth_;
};

/// What is wrong with a root, in words; nothing when it may be used.
std::string fault_of(const std::string& url) {
  auto there = hubauth::hub;
  there.name = "this";
  there.root = {url, ""};
  const auto root = hubauth::resolve_endpoint(there, hubauth::system_environment());
  return root ? std::string() : root.error().detail;
}

}  // namespace

int main(int argc, char** argv) {
  hubauth::disable_core_dumps();
  command_line given;
  CLI::App app("Signs in to a model hub.", "hubauth");
  app.footer(footer);
  app.require_subcommand(1);
  app.fallthrough();  // options of all commands may stand behind the command
  app.add_option("--service", given.service, "The service")
      ->check(CLI::IsMember({"hub", "platform"}))
      ->capture_default_str();
  app.add_option("--root", given.root, "Another address of the service")->check(CLI::Validator(fault_of, "URL"));
  app.add_flag("--verbose", given.verbose, "Say which sources of a key are tried, and what comes of it");

  const auto add = [&](const char* name, const char* does, const char* example) {
    auto* command = app.add_subcommand(name, does);
    command->footer(fmt::format("Example:\n  {}\n\n{}", example, footer));
    return command;
  };
  auto* login = add("login", "Sign in with the first key found, or ask for one; save a new one",
                    "hubauth login --with-key <key.txt");
  auto* key = login->add_option("KEY", given.key, "The key; better to use --with-key, since others can see this");
  auto* with_key = login->add_flag("--with-key", given.with_key, "Read the key from standard input")->excludes(key);
  login->add_option("--cookies", given.cookies, "Sign in by a browser's cookies, in a file in Netscape's format")
      ->type_name("FILE")
      ->excludes(key)
      ->excludes(with_key);
  auto* status = add("status", "Say who is signed in, and how", "hubauth status --check --json");
  status->add_flag("--check", given.check, "Ask the service about a saved key too");
  status->add_flag("--json", given.json, "Print it as JSON to standard output");
  auto* header = add("header", "Print the header for requests", "curl -H \"$(hubauth header)\" URL");
  header->add_option("--cookies", given.cookies, "Sign in by a browser's cookies")->type_name("FILE");
  add("logout", "Erase the saved key", "hubauth logout");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
    if (code != CLI::ExitCodes::ExtrasError && code != CLI::ExitCodes::ConversionError)
      app.exit(error);
    else
      warn("An argument makes no sense here (not shown: it may be a key).\nRun with --help for more information.");
    return code == CLI::ExitCodes::Success ? ok : wrong_usage;
  }

  auto service = given.service == "hub" ? hubauth::hub : hubauth::platform;
  if (given.root) service.root = service.web = {*given.root, ""};
  program run(service, given);
  if (*login) return run.login();
  if (*status) return run.status();
  if (*header) return run.header();
  return run.logout();
}
