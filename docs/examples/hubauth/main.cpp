// SPDX-License-Identifier: BSL-1.0
//
// Signs in on the command line, and prints the header that other programs need for their requests:
//
//   hubauth login
//   hubauth header | curl -H @- URL

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

#include "hubauth/hubauth.hpp"
#include "hubauth/posix/core_dumps.hpp"

namespace {

enum exit_code : int { success = 0, user_must_act = 1, wrong_usage = 2, try_again = 3, cannot_be_fixed = 4 };

constexpr const char* footer =
    "Messages go to standard error, data to standard output.\n"
    "\n"
    "Exit codes:\n"
    "  0  success\n"
    "  1  the user must act: not signed in, key rejected or malformed, key not saved, no secure connection\n"
    "  2  wrong usage\n"
    "  3  try again later: unreachable, timed out, rate limited, server error, settings locked\n"
    "  4  nothing can be done here: unexpected response";

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

/// A color if standard error is a terminal and the user has not disabled colors (https://no-color.org).
fmt::text_style color(fmt::terminal_color value) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool disabled = (no_color && *no_color) || !isatty(STDERR_FILENO);
  return disabled ? fmt::text_style() : fmt::fg(value);
}

/// Prints a line for the user.
template <class... Args>
void show(const fmt::text_style& style, fmt::format_string<Args...> text, Args&&... args) {
  fmt::print(stderr, style, "{}", fmt::format(text, std::forward<Args>(args)...));
  std::fputc('\n', stderr);
}

template <class... Args>
void warn(fmt::format_string<Args...> text, Args&&... args) {
  show(color(fmt::terminal_color::yellow), text, std::forward<Args>(args)...);
}

exit_code to_exit_code(const std::error_code& code) {
  if (code == hubauth::recovery::retry) return try_again;
  if (code == hubauth::recovery::none) return cannot_be_fixed;
  return user_must_act;
}

exit_code fail(const std::error_code& code, std::string_view message) {
  show(color(fmt::terminal_color::red), "hubauth: {}", message);
  return to_exit_code(code);
}

/// Writes a line to standard output, without a buffer, which would keep a copy.
exit_code print(std::string_view line) {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  const bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::puts("") != EOF;
  return written ? success : fail(std::make_error_code(std::errc::io_error), "cannot write to standard output");
}

const hubauth::login_trace& trace_of(const hubauth::login_result& result) {
  return result ? result->trace : result.error().trace;
}

/// The result of a sign-in, for programs.
std::string to_json(const hubauth::login_result& result) {
  nlohmann::ordered_json json;
  json["signed_in"] = result.has_value();
  json["host"] = result ? result->host : result.error().host;
  if (result) {
    json["from"] = to_string(result->source);
    json["verified"] = result->verified;
    json["saved"] = result->saved;
  } else {
    const auto& failure = result.error();
    auto& error = json["error"];
    error["kind"] =
        to_string(static_cast<hubauth::errc>(failure.code.value()));  // the policies here have no other codes
    error["message"] = failure.message();
    error["recovery"] = failure.code == hubauth::recovery::retry  ? "retry"
                        : failure.code == hubauth::recovery::none ? "none"
                                                                  : "user_action";
    error["retry_after"] = nullptr;
    if (failure.retry_after) error["retry_after"] = failure.retry_after->count();
  }
  for (const auto source : hubauth::all_sources)
    json["sources"][std::string(to_string(source))] = to_string(trace_of(result)[source]);
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Reads a line of standard input; from a terminal, without echo. Keeps no other copy of it.
hubauth::result<hubauth::secret> read_key(const hubauth::service& service) {
  if (isatty(STDIN_FILENO)) return hubauth::terminal_prompter().ask({.service_name = service.name});
  constexpr std::size_t max_size = 4096;
  hubauth::secret line;
  std::setvbuf(stdin, nullptr, _IONBF, 0);
  for (std::size_t size = 0; size != max_size; ++size) {
    const int c = std::getchar();
    if (c == EOF || c == '\n') return line;
    const char character = static_cast<char>(c);
    line = line.with_exposed([&](std::string_view text) { return hubauth::secret(text, {&character, 1}); });
  }
  return hubauth::fail(hubauth::errc::malformed_key, "the line is longer than any key");
}

/// The commands.
class program {
 public:
  program(const hubauth::service& service, const command_line& options)
      : service_(service),
        options_(options),
        auth_(service, hubauth::curl_transport({.cookie_file = options.cookies.value_or("")})) {
    if (options.verbose)
      observer_ = [](const hubauth::fsm::transition_names& names) {
        show({}, "  {}: {} -> {}", names.from, names.outcome, names.to);
      };
  }

  exit_code login() {
    if (options_.key)
      warn(
          "A key on the command line is visible in the process list and in the shell's history; "
          "--with-key reads it from standard input.");
    const auto key = given_key();
    if (!key) return fail(key.error().code, key.error().message());

    auto result = options_.cookies
                      ? auth_.auth_with_cookies(observer_)
                      : key->with_exposed([&](std::string_view text) { return auth_.login(text, {}, observer_); });
    if (!result && options_.with_key && result.error().source == hubauth::source::argument)
      result.error().source_description = "standard input";
    return report(result);
  }

  exit_code status() {
    const auto result = login_without_prompt();
    auto code = success;
    if (options_.json) {
      if (result) warn_of_override(*result);
      code = print(to_json(result));
      if (code == success && !result) code = to_exit_code(result.error().code);
    } else {
      code = report(result);
    }
    if (const auto exposed = hubauth::settings_file().readable_by_others(); exposed && *exposed)
      warn("Other users can read the key in {0}. To prevent it: chmod 600 {0}", **exposed);
    return code;
  }

  exit_code header() {
    const auto result = options_.cookies ? auth_.auth_with_cookies(observer_) : login_without_prompt();
    if (!result) return report(result);
    warn_of_override(*result);
    return print(auth_.get_auth_header().expose_line());
  }

  exit_code logout() {
    const auto erased = auth_.logout();
    if (!erased) return fail(erased.error().code, erased.error().message());
    show({}, "Signed out; no key is saved.");
    const char* key = std::getenv(service_.key_env_var);
    if (key && *key) warn("{} still contains a key.", service_.key_env_var);
    return success;
  }

 private:
  /// The key from the command line or standard input; empty if neither is used. An empty key is an error: `login` would
  /// ignore it and sign in with a saved key, which may belong to another user.
  hubauth::result<hubauth::secret> given_key() const {
    if (!options_.key && !options_.with_key) return hubauth::secret();
    auto key = options_.key ? hubauth::result<hubauth::secret>(hubauth::secret(*options_.key)) : read_key(service_);
    const auto is_empty = [](std::string_view text) {
      return hubauth::split_key(text).error == hubauth::key_error::empty;
    };
    if (key && key->with_exposed(is_empty)) return hubauth::fail(hubauth::errc::malformed_key, "it is empty");
    return key;
  }

  /// Signs in without a prompt and without the browser. Sends a request only for a key that is not saved, or with
  /// --check.
  hubauth::login_result login_without_prompt() {
    const auto sources = hubauth::source_set().without(hubauth::source::browser).without(hubauth::source::prompt);
    auto result = auth_.login({}, {.verify_saved = options_.check, .sources = sources}, observer_);
    if (!result && result.error().code == hubauth::errc::not_signed_in)
      result.error().hint = fmt::format("run `hubauth login`, or set {}", service_.key_env_var);
    return result;
  }

  /// Reports the result of a sign-in to the user.
  exit_code report(const hubauth::login_result& result) const {
    if (options_.verbose)
      for (const auto source : hubauth::all_sources)
        show({}, "  {:<11}  {}", to_string(source), to_string(trace_of(result)[source]));
    if (!result) return fail(result.error().code, result.error().message());

    show(color(fmt::terminal_color::green), "Signed in to {}", result->host);
    show({}, "  source    {}", describe(result->source));
    show({}, "  verified  {}", result->verified ? "yes" : "no (not checked: see hubauth status --check)");
    show({}, "  saved     {}",
         result->saved      ? "yes"
         : auth_.id_token() ? "no (a token is kept in memory only: see hubauth header --cookies)"
                            : "no");
    warn_of_override(*result);
    if (result->save_error) return fail(result->save_error->code, result->save_error->message());
    return success;
  }

  std::string describe(hubauth::source source) const {
    if (source == hubauth::source::argument && options_.with_key) return "standard input";
    if (source == hubauth::source::environment) return fmt::format("environment ({})", service_.key_env_var);
    return std::string(to_string(source));
  }

  void warn_of_override(const hubauth::session& session) const {
    if (session.source != hubauth::source::environment) return;
    const auto saved = hubauth::settings_file().load();
    if (saved && *saved) warn("{0} overrides the saved key; unset it to use the saved one.", service_.key_env_var);
  }

  const hubauth::service& service_;
  const command_line& options_;
  hubauth::observer observer_;
  hubauth::auth auth_;
};

/// Why no key may be sent to a URL; empty if one may.
std::string root_error(const std::string& url) {
  auto service = hubauth::hub;
  service.name = "it";
  service.api_url = {url, nullptr};
  hubauth::credential_cache cache;
  hubauth::login::machine machine(service, cache, {}, hubauth::login::operation::authenticate);
  const auto error = machine.result().error();  // the URL's error, or else that nobody is signed in
  return error.code == hubauth::errc::insecure_url ? error.detail : std::string();
}

}  // namespace

int main(int argc, char** argv) {
  hubauth::disable_core_dumps();
  command_line options;
  CLI::App app("Signs in to a model hub.", "hubauth");
  app.footer(footer);
  app.require_subcommand(1);
  app.fallthrough();  // the options of all commands may follow the command
  app.add_option("--service", options.service, "The service")
      ->check(CLI::IsMember({"hub", "platform"}))
      ->capture_default_str();
  app.add_option("--root", options.root, "Another URL of the service")->check(CLI::Validator(root_error, "URL"));
  app.add_flag("--verbose", options.verbose, "Show each step, and the status of each source of a key");

  const auto add_command = [&](const char* name, const char* description, const char* example) {
    auto* command = app.add_subcommand(name, description);
    command->footer(fmt::format("Example:\n  {}\n\n{}", example, footer));
    return command;
  };
  auto* login = add_command("login", "Sign in with the first key found, or prompt for one; save a new key",
                            "hubauth login --with-key <key.txt");
  auto* key = login->add_option("KEY", options.key, "The key; other users can see it: --with-key is better");
  auto* with_key = login->add_flag("--with-key", options.with_key, "Read the key from standard input")->excludes(key);
  login->add_option("--cookies", options.cookies, "Sign in with a browser's cookies, from a file in Netscape format")
      ->type_name("FILE")
      ->excludes(key)
      ->excludes(with_key);
  auto* status = add_command("status", "Show the service and the source of the key", "hubauth status --check --json");
  status->add_flag("--check", options.check, "Verify a saved key, too");
  status->add_flag("--json", options.json, "Print JSON to standard output");
  auto* header = add_command("header", "Print the header for requests", "hubauth header | curl -H @- URL");
  header->add_option("--cookies", options.cookies, "Sign in with a browser's cookies")->type_name("FILE");
  add_command("logout", "Erase the saved key", "hubauth logout");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
    if (code != CLI::ExitCodes::ExtrasError && code != CLI::ExitCodes::ConversionError)
      app.exit(error);
    else
      warn("Unexpected argument (not shown, since it may be a key).\nRun with --help for more information.");
    return code == CLI::ExitCodes::Success ? success : wrong_usage;
  }

  auto service = options.service == "hub" ? hubauth::hub : hubauth::platform;
  if (options.root) service.api_url = service.web_url = {*options.root, nullptr};
  program command(service, options);
  if (*login) return command.login();
  if (*status) return command.status();
  if (*header) return command.header();
  return command.logout();
}
