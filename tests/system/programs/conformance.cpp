// SPDX-License-Identifier: BSL-1.0
//
// Runs a sign-in for each case of a file, and compares it with what the case expects.
//
//   conformance            scripted policies
//   conformance --wire     curl_transport, and a server on loopback
//
// HUBAUTH_CASES names another file. Each of its lines is a JSON object: `given` (argument, saved settings, browser,
// prompts, server), `wanted` (steps and result), `reference` (what the reference implementation did), `deviations` (the
// rules by which the two differ) and `id`.

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "hubauth/basic_auth.hpp"
#include "hubauth/curl/curl_transport.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/testing/scripted_server.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace hubauth;
using nlohmann::json;

std::string to_body(const json& body) { return body == "<html>" ? "<html>" : body.dump(); }

/// The response of a case's server to a request with that credential or with cookies; none if it cannot be reached.
std::optional<response> respond(const json& given, bool send_cookies, std::string_view credential) {
  if (send_cookies) {
    if (given["browser"] == "connection_error") return std::nullopt;
    return response{200, to_body(given["browser"])};
  }
  const auto& server = given["server"];
  if (server["mode"] == "down") return std::nullopt;
  if (server["mode"] == "answer") return response{server["status"], to_body(server["body"])};

  if (credential.starts_with("Bearer ")) credential.remove_prefix(7);
  bool accepts = false;
  for (const auto& accepted : server["accepts"]) accepts = accepts || accepted.get<std::string>() == credential;
  return response{200, json{{"success", accepts}}.dump()};
}

struct scripted_transport {
  const json& given;
  result<response> send(const request& request) {
    auto response = respond(given, request.send_cookies, request.credential.expose_value());
    if (!response) return fail(errc::unreachable);
    return *std::move(response);
  }
  bool has_cookies() const { return true; }
};

/// Records the requests that it forwards.
template <class Transport>
struct recording_transport {
  Transport& transport;
  json& steps;
  std::string base_url;

  result<response> send(const request& request) {
    const auto path = request.url.starts_with(base_url) ? request.url.substr(base_url.size()) : request.url;
    const auto method = request.send_cookies ? "browser_post" : request.method == http_method::post ? "post" : "get";
    json step{{method, path}};
    if (request.credential) step[std::string(request.credential.name())] = request.credential.expose_value();
    steps.push_back(step);
    return transport.send(request);
  }
  bool has_cookies() const { return transport.has_cookies(); }
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

  result<secret> ask(const prompt_request& request) {
    steps.push_back({{"say", "attempt"}, {"n", request.attempt}, {"of", request.max_attempts}});
    steps.push_back({{"ask", true}});
    if (next == answers.size()) return fail(errc::prompt_canceled);
    return secret(answers[next++].get_ref<const std::string&>());
  }
};

struct scripted_environment {
  bool colab;
  std::string base_url;
  std::optional<std::string_view> get_env(const char* name) const {
    if (!base_url.empty() && std::string_view(name) == hub.api_url.env_var) return base_url;
    return std::nullopt;
  }
  bool has_browser_session() const { return colab; }
  std::chrono::system_clock::time_point now() const { return {}; }
};

json null_if_empty(std::string_view text) { return text.empty() ? json() : json(text); }

/// The steps and the result of a sign-in, in the form of `wanted`.
/// \param base_url  of the server; empty: the service's own
template <class Transport>
json run(const json& given, Transport& transport, const std::string& base_url) {
  json steps = json::array();
  json settings = given["settings"];
  recording_transport<Transport> recording{transport, steps,
                                           base_url.empty() ? std::string(hub.api_url.default_url) : base_url};
  recording_store store{settings, steps};
  recording_prompter prompter{given["prompts"], steps};
  scripted_environment env{given["colab"].get<bool>(), base_url};
  basic_auth auth(hub, std::ref(recording), std::ref(store), std::ref(prompter), std::ref(env));

  const auto session = auth.login(given["api_key"].get_ref<const std::string&>());

  const auto to_json = [](std::string_view text) { return json(text); };
  const auto header = auth.get_auth_header();
  return {
      {"api_key", auth.api_key() ? auth.api_key()->with_exposed(to_json) : json()},
      {"header", header ? json{{std::string(header.name()), header.expose_value()}} : json()},
      {"id_token", auth.id_token() ? auth.id_token()->with_exposed(to_json) : json()},
      {"model_key", null_if_empty(auth.model_key())},
      {"persisted", session && session->saved},
      {"result", session ? "signed_in" : to_string(static_cast<errc>(session.error().code.value()))},
      {"settings", settings},
      {"source", session ? json(to_string(session->source)) : json()},
      {"steps", steps},
      {"verified", session && session->verified},
  };
}

/// The case's server on loopback, which basic_auth reaches by curl_transport.
class wire_server {
 public:
  wire_server() { std::ofstream(cookies_) << "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tof-a-browser\n"; }

  json run(const json& given) {
    given_ = &given;
    const auto before = server_.requests().size();
    curl_transport transport(curl_options{.cookie_file = cookies_});
    auto ours = ::run(given, transport, server_.url());

    json received = json::array();
    const auto requests = server_.requests();
    for (auto i = before; i != requests.size(); ++i) received.push_back(to_step(requests[i]));
    json sent = json::array();
    for (const auto& step : ours["steps"])
      if (step.contains("post") || step.contains("browser_post")) sent.push_back(step);
    if (received != sent) ours["received"] = received;
    return ours;
  }

 private:
  testing::scripted_response handle(const testing::received_request& request) const {
    const bool send_cookies = request.target == hub.token_path;
    const auto& field = request.all("x-api-key").empty() ? request.all("authorization") : request.all("x-api-key");
    const auto response = respond(*given_, send_cookies, field.empty() ? "" : field.front());
    if (!response) return testing::raw();
    testing::scripted_response scripted{.status = response->status, .body = response->body};
    // libcurl sends a request again if a connection that it reuses is closed.
    if ((*given_)["server"]["mode"] == "down") scripted.headers.emplace_back("Connection", "close");
    return scripted;
  }

  /// The request in the form of a case's step, with all that should not be in it.
  static json to_step(const testing::received_request& request) {
    const bool has_cookie = request.all("cookie") == std::vector<std::string>{"session=of-a-browser"};
    json step{{has_cookie ? "browser_post" : "post", request.target}};
    if (request.method != "POST") step["method"] = request.method;
    if (!request.body.empty()) step["body"] = request.body;
    if (request.all("content-length") != std::vector<std::string>{"0"})
      step["content-length"] = request.all("content-length");
    for (const auto* name : {"x-api-key", "authorization"}) {
      const auto values = request.all(name);
      if (values.size() == 1) step[name] = values.front();
      if (values.size() > 1) step[name] = values;
    }
    return step;
  }

  const json* given_ = nullptr;
  testing::temporary_directory directory_;
  std::string cookies_ = directory_ / "cookies.txt";
  testing::scripted_server server_{[this](const testing::received_request& request) { return handle(request); }};
};

/// True if the reference, which has neither error codes nor model ids, made the same steps and has the same credential.
bool agrees(const json& ours, const json& reference) {
  const auto same_credential = [&](const char* name) {
    const auto& theirs = reference[name];
    return (theirs == false || theirs == "" ? json() : theirs) == ours[name];
  };
  json steps = json::array();
  for (const auto& step : reference["steps"])
    if (!step.contains("say") || step["say"] == "attempt") steps.push_back(step);
  return same_credential("api_key") && same_credential("id_token") && reference["header"] == ours["header"] &&
         reference["settings"] == ours["settings"] && steps == ours["steps"] && reference["raised"].is_null();
}

struct report {
  int passed = 0;
  int failed = 0;
  int agree = 0;
  int differ = 0;
  std::map<std::string, int> by_rule{};

  void add(const json& test_case, const json& ours) {
    const auto& rules = test_case["deviations"];
    const bool same = agrees(ours, test_case["reference"]);
    ++(same ? agree : differ);
    for (const auto& rule : rules) ++by_rule[rule.get<std::string>()];

    if (ours != test_case["wanted"])
      fail(test_case, fmt::format("wanted {}\n  but was {}", test_case["wanted"].dump(), ours.dump()));
    else if (same != rules.empty())
      fail(test_case,
           same ? "agrees with the reference in spite of a rule" : "differs from the reference without a rule");
    else
      ++passed;
  }

  void fail(const json& test_case, const std::string& reason) {
    ++failed;
    fmt::print("{}: {}\n", test_case["id"].get<std::string>(), reason);
  }

  void print() const {
    fmt::print("{} agree with the reference, {} differ by a rule:", agree, differ);
    for (const auto& [rule, count] : by_rule) fmt::print(" {} {}", rule, count);
    fmt::print(" (a case may name several)\n{} passed, {} failed\n", passed, failed);
  }
};

bool is_case(const json& parsed) {
  for (const auto* member : {"id", "given", "wanted", "reference", "deviations"})
    if (!parsed.is_object() || !parsed.contains(member)) return false;
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const bool wire = argc > 1 && std::string_view(argv[1]) == "--wire";
  const char* other_file = std::getenv("HUBAUTH_CASES");
  const std::string path = other_file ? other_file : HUBAUTH_TESTS "/cases.jsonl";
  std::ifstream file(path);
  report report;
  std::optional<wire_server> server;
  if (wire) server.emplace();
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const auto test_case = json::parse(line, nullptr, false);
    if (!is_case(test_case)) {
      fmt::print("{}:{}: not a case\n", path, number);
      ++report.failed;
    } else if (server) {
      report.add(test_case, server->run(test_case["given"]));
    } else {
      scripted_transport transport{test_case["given"]};
      report.add(test_case, run(test_case["given"], transport, ""));
    }
  }
  if (report.passed + report.failed == 0) {
    fmt::print("{}: no cases\n", path);
    return 2;
  }
  report.print();
  return report.failed == 0 ? 0 : 1;
}
