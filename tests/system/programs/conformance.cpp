// SPDX-License-Identifier: BSL-1.0
//
// Runs every situation of a case file through basic_auth and compares what it did with what is wanted.
//
//   conformance            scripted policies
//   conformance --wire     the real curl_transport against a real server on loopback
//
// HUBAUTH_CASES names another case file. A line of it is a JSON object: `given` (argument, saved settings, browser,
// prompts, server), `wanted` (steps and outcome), `reference` (what the reference implementation did), `deviations`
// (the rules by which the two differ) and `id`.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/testing/scripted_server.hpp"
#include "hubauth/curl/curl_transport.hpp"
#include "support/temporary_directory.hpp"

namespace {

using nlohmann::json;
using namespace hubauth;

std::string as_body(const json& body) { return body == "<html>" ? "<html>" : body.dump(); }

/// How the case's server answers a request with that credential, or one with cookies; nothing when it can't be reached.
std::optional<response> answer_of(const json& given, bool send_cookies, std::string_view credential) {
  if (send_cookies) {
    if (given["browser"] == "connection_error") return std::nullopt;
    return response{200, as_body(given["browser"])};
  }
  const auto& server = given["server"];
  if (server["mode"] == "down") return std::nullopt;
  if (server["mode"] == "answer") return response{server["status"], as_body(server["body"])};

  if (credential.starts_with("Bearer ")) credential.remove_prefix(7);
  bool known = false;
  for (const auto& accepted : server["accepts"]) known = known || accepted.get<std::string>() == credential;
  return response{200, json{{"success", known}}.dump()};
}

struct scripted_transport {
  const json& given;
  result<response> send(const request& request) {
    auto answer = answer_of(given, request.send_cookies, request.credential.expose_value());
    if (!answer) return fail(errc::unreachable);
    return std::move(*answer);
  }
  bool has_cookies() const { return true; }
};

/// Writes down what it passes on.
template <class Transport>
struct recording_transport {
  Transport& inner;
  json& steps;
  std::string root;

  result<response> send(const request& request) {
    const auto path = request.url.starts_with(root) ? request.url.substr(root.size()) : request.url;
    json step{{request.send_cookies                             ? "browser_post"
               : to_string(request.method) == std::string_view("POST") ? "post"
                                                              : "get",
               path}};
    if (request.credential) step[std::string(request.credential.name())] = request.credential.expose_value();
    steps.push_back(step);
    return inner.send(request);
  }
  bool has_cookies() const { return inner.has_cookies(); }
};

struct recording_store {
  json& settings;
  json& steps;

  result<std::optional<secret>> load() {
    const auto key = settings.find("api_key");
    if (key == settings.end() || key->is_null()) return std::nullopt;
    if (!key->is_string()) return fail(errc::store_unreadable);
    return secret(key->get_ref<const std::string&>());
  }
  result<void> save(const api_key& key) {
    key.with_exposed([&](std::string_view text) {
      settings["api_key"] = text;
      steps.push_back({{"save", text}});
    });
    return {};
  }
  result<void> erase() {
    settings["api_key"] = "";
    return {};
  }
};

struct recording_prompter {
  const json& answers;
  json& steps;
  std::size_t next = 0;

  result<secret> ask(const prompt_request& about) {
    steps.push_back({{"say", "attempt"}, {"n", about.attempt}, {"of", about.attempts}});
    steps.push_back({{"ask", true}});
    if (next == answers.size()) return fail(errc::prompt_canceled);
    return secret(answers[next++].get_ref<const std::string&>());
  }
};

struct scripted_environment {
  bool colab;
  std::string root;
  std::optional<std::string_view> get_env(const char* name) const {
    if (!root.empty() && name == hub.root.variable) return root;
    return std::nullopt;
  }
  bool has_browser_session() const { return colab; }
  std::int64_t now() const { return 1'000'000'000; }
};

json or_null(std::string_view text) { return text.empty() ? json() : json(text); }

/// What basic_auth did in a situation, in the form of `wanted`.
template <class Transport>
json run(const json& given, Transport& transport, const std::string& root) {
  json steps = json::array();
  json settings = given["settings"];
  recording_transport<Transport> recording{transport, steps, root.empty() ? std::string(hub.root.url) : root};
  recording_store store{settings, steps};
  recording_prompter prompter{given["prompts"], steps};
  scripted_environment env{given["colab"].get<bool>(), root};
  basic_auth auth(hub, std::ref(recording), std::ref(store), std::ref(prompter), std::ref(env));

  const auto signed_in = auth.login(given["api_key"].get_ref<const std::string&>());

  const auto copy = [](std::string_view text) { return json(text); };
  const auto header = auth.get_auth_header();
  return {
      {"api_key", auth.api_key() ? auth.api_key()->with_exposed(copy) : json()},
      {"header", header ? json{{std::string(header.name()), header.expose_value()}} : json()},
      {"id_token", auth.id_token() ? auth.id_token()->with_exposed(copy) : json()},
      {"model_key", or_null(auth.model_key())},
      {"saved", signed_in && signed_in->saved},
      {"result", signed_in ? "signed_in" : to_string(static_cast<errc>(signed_in.error().code.value()))},
      {"settings", settings},
      {"source", signed_in ? json(to_string(signed_in->source)) : json()},
      {"steps", steps},
      {"verified", signed_in && signed_in->verified},
  };
}

/// The case's server, for real: basic_auth reaches it by curl_transport.
class real_server {
 public:
  real_server() { std::ofstream(cookies_) << "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tof-a-browser\n"; }

  json run(const json& given) {
    given_ = &given;
    const auto before = server_.requests().size();
    curl_transport transport(curl_options{.cookie_file = cookies_});
    auto ours = ::run(given, transport, server_.root());

    json seen = json::array();
    const auto requests = server_.requests();
    for (auto i = before; i != requests.size(); ++i) seen.push_back(as_step(requests[i]));
    json sent = json::array();
    for (const auto& step : ours["steps"])
      if (step.contains("post") || step.contains("browser_post")) sent.push_back(step);
    if (seen != sent) ours["on_the_wire"] = seen;
    return ours;
  }

 private:
  testing::scripted_response answer(const testing::seen_request& request) const {
    const bool send_cookies = request.target == hub.token_path;
    const auto& field = request.all("x-api-key").empty() ? request.all("authorization") : request.all("x-api-key");
    const auto answer = answer_of(*given_, send_cookies, field.empty() ? "" : field.front());
    if (!answer) return testing::raw();
    testing::scripted_response response{.status = answer->status, .body = answer->body};
    // libcurl would ask again if a connection that it uses again were cut off
    if ((*given_)["server"]["mode"] == "down") response.headers.emplace_back("Connection", "close");
    return response;
  }

  /// The request in the form of a case's step; whatever should not be in it shows.
  static json as_step(const testing::seen_request& seen) {
    const bool send_cookies = seen.all("cookie") == std::vector<std::string>{"session=of-a-browser"};
    json step{{send_cookies ? "browser_post" : "post", seen.target}};
    if (seen.method != "POST") step["method"] = seen.method;
    if (!seen.body.empty()) step["body"] = seen.body;
    if (seen.all("content-length") != std::vector<std::string>{"0"})
      step["content-length"] = seen.all("content-length");
    for (const auto* name : {"x-api-key", "authorization"}) {
      const auto values = seen.all(name);
      if (values.size() == 1) step[name] = values.front();
      if (values.size() > 1) step[name] = values;
    }
    return step;
  }

  const json* given_ = nullptr;
  temporary_directory folder_;
  std::string cookies_ = folder_ / "cookies.txt";
  testing::scripted_server server_{[this](const testing::seen_request& request) { return answer(request); }};
};

/// True when the reference, which has no values for errors and no model id, did and held the same.
bool agrees(const json& ours, const json& reference) {
  const auto held = [&](const char* what) {
    const auto& theirs = reference[what];
    return (theirs == false || theirs == "" ? json() : theirs) == ours[what];
  };
  json steps = json::array();
  for (const auto& step : reference["steps"])
    if (!step.contains("say") || step["say"] == "attempt") steps.push_back(step);
  return held("api_key") && held("id_token") && reference["header"] == ours["header"] &&
         reference["settings"] == ours["settings"] && steps == ours["steps"] && reference["raised"].is_null();
}

struct report {
  int passed = 0;
  int failed = 0;
  int agree = 0;
  int differ = 0;
  std::map<std::string, int> by_rule{};

  void take(const json& one, const json& ours) {
    const auto& rules = one["deviations"];
    const bool same = agrees(ours, one["reference"]);
    same ? ++agree : ++differ;
    for (const auto& rule : rules) ++by_rule[rule.get<std::string>()];

    if (ours != one["wanted"])
      fail(one, fmt::format("wanted {}\n  did    {}", one["wanted"].dump(), ours.dump()));
    else if (same != rules.empty())
      fail(one, same ? "named as a deviation, and agrees with the reference" : "differs from the reference by no rule");
    else
      ++passed;
  }

  void fail(const json& one, const std::string& why) {
    ++failed;
    fmt::print("{}: {}\n", one["id"].get<std::string>(), why);
  }

  void print() const {
    fmt::print("{} agree with the reference, {} differ by a rule:", agree, differ);
    for (const auto& [rule, count] : by_rule) fmt::print(" {} {}", rule, count);
    fmt::print(" (a case may name more than one)\n{} passed, {} failed\n", passed, failed);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const bool wire_too = argc > 1 && std::string_view(argv[1]) == "--wire";
  const char* named = std::getenv("HUBAUTH_CASES");
  const std::string path = named ? named : HUBAUTH_TESTS "/cases.jsonl";
  std::ifstream file(path);
  report report;
  std::optional<real_server> real;
  if (wire_too) real.emplace();
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const auto one = json::parse(line, nullptr, false);
    const auto has = [&](const char* what) { return one.is_object() && one.contains(what); };
    if (!has("id") || !has("given") || !has("wanted") || !has("reference") || !has("deviations")) {
      fmt::print("{}:{}: not a case\n", path, number);
      ++report.failed;
    } else if (real) {
      report.take(one, real->run(one["given"]));
    } else {
      scripted_transport transport{one["given"]};
      report.take(one, run(one["given"], transport, ""));
    }
  }
  if (report.passed + report.failed == 0) {
    fmt::print("{}: no cases\n", path);
    return 2;
  }
  report.print();
  return report.failed == 0 ? 0 : 1;
}
