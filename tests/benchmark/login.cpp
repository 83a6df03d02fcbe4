// SPDX-License-Identifier: BSL-1.0
//
// A login in memory, with a key as the argument, which the service accepts and the store keeps: by the library, by hand
// in one function without templates, and with collaborators behind interfaces, in shared pointers. All three check_response,
// keep and tell the same, by the same parts of the library; only how they are put together differs.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "policies.hpp"
#include "subjects.hpp"

namespace {

using namespace hubauth;

using in_memory::right_key;

login_result by_library() {
  basic_auth<in_memory::transport, memory_store, in_memory::prompter, in_memory::environment> auth(hub);
  auto did = auth.login(right_key);
  must(static_cast<bool>(auth.get_auth_header()), "there is no header");
  return did;
}

/// Where the root's variable is looked up, and where it is not.
std::string_view root_of(const service& at, std::optional<std::string_view> named) {
  auto url = named && !trim(*named).empty() ? trim(*named) : at.root.url;
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

std::string url_of(std::string_view root, std::string_view path) {
  std::string whole;
  whole.reserve(root.size() + path.size());
  whole.append(root).append(path);
  return whole;
}

login_result lost(const error_info& why, std::optional<source> from, std::string_view host, const trace& tried) {
  return unexpected(login_error{why.code, why.detail, from, from ? "the argument" : "", std::string(host), "",
                                why.retry_after, tried});
}

// By hand: one function, with the ways that this login does not take left out behind the first step.

struct by_hand_auth {
  service at;
  in_memory::transport transport{};
  memory_store store{};
  in_memory::prompter prompter{};
  in_memory::environment env{};
  std::optional<credential> held{};

  login_result login(std::string_view argument, const login_options& options) {
    trace tried;
    const auto root = root_of(at, env.get_env(at.root.variable.data()));
    const auto parts = detail::parse_base_url(root);
    if (parts.fault != detail::base_url_error::none) return lost({errc::insecure_url}, {}, parts.host, tried);

    if (!options.sources.contains(source::argument) || trim(argument).empty())
      return lost({errc::not_signed_in}, {}, parts.host, tried);
    auto read = api_key::parse(argument);
    if (!read) {
      tried.note(source::argument, source_status::malformed);
      return lost(read.error(), source::argument, parts.host, tried);
    }
    tried.note(source::argument, source_status::used_unverified);
    credential who(std::move(read->key), std::move(read->model_id), at.key_header_format);

    bool saved = false;
    if (options.sources.contains(source::saved)) {
      const auto loaded = store.load();
      if (loaded && *loaded) {
        const auto saved = (*loaded)->with_exposed([](std::string_view text) { return api_key::parse(text); });
        saved = saved && saved->key == *who.key();
      }
    }
    bool verified = false;
    if (!saved || options.verify_saved) {
      auto answer = transport.send(request{at.verify_method, url_of(root, at.verify_path), who.header()});
      auto verdict = answer ? at.check_response(*answer, env.now()) : result<void>(unexpected(std::move(answer.error())));
      if (!verdict) {
        auto why = std::move(verdict.error());
        detail::redact(why.detail, who.expose_text());
        detail::truncate_utf8(why.detail);
        const bool rejected = answer && why.code == errc::rejected;
        tried.note(source::argument, rejected ? source_status::rejected : source_status::error);
        if (rejected && held && *held == who) held.reset();
        return lost(why, source::argument, parts.host, tried);
      }
      tried.note(source::argument, source_status::verified);
      verified = true;
    }
    std::optional<error_info> save_error;
    if (!saved) {
      auto saved = store.save(*who.key());
      saved = saved.has_value();
      if (!saved) {
        detail::redact(saved.error().detail, who.expose_text());
        detail::truncate_utf8(saved.error().detail);
        save_error = std::move(saved.error());
      }
    }
    held = std::move(who);
    return session{source::argument, verified, saved, std::move(save_error), std::string(parts.host), tried};
  }
};

login_result by_hand() {
  by_hand_auth auth{hub};
  auto did = auth.login(right_key, {});
  must(auth.held && auth.held->header(), "there is no header");
  return did;
}

// With interfaces: every collaborator, and what is passed between them, behind a pointer of its own.

struct transport_interface {
  virtual ~transport_interface() = default;
  virtual std::shared_ptr<result<response>> send(const request&) = 0;
};
struct store_interface {
  virtual ~store_interface() = default;
  virtual std::shared_ptr<secret> load() = 0;
  virtual std::shared_ptr<error_info> save(const api_key&) = 0;
};
struct environment_interface {
  virtual ~environment_interface() = default;
  virtual std::optional<std::string_view> get_env(const char*) const = 0;
  virtual std::int64_t now() const = 0;
};
struct key_provider {
  virtual ~key_provider() = default;
  virtual std::shared_ptr<credential> key() = 0;
};

struct memory_transport final : transport_interface {
  std::shared_ptr<result<response>> send(const request& request) override {
    return std::make_shared<result<response>>(in_memory::transport::answer(request));
  }
};
struct store_in_memory final : store_interface {
  memory_store store;
  std::shared_ptr<secret> load() override {
    auto loaded = store.load();
    return loaded && *loaded ? std::make_shared<secret>(std::move(**loaded)) : nullptr;
  }
  std::shared_ptr<error_info> save(const api_key& key) override {
    auto saved = store.save(key);
    return saved ? nullptr : std::make_shared<error_info>(std::move(saved.error()));
  }
};
struct plain_environment final : environment_interface {
  in_memory::environment env;
  std::optional<std::string_view> get_env(const char* name) const override { return env.get_env(name); }
  std::int64_t now() const override { return env.now(); }
};
struct argument_provider final : key_provider {
  std::string text;
  auth_header_format form;
  argument_provider(std::string_view given, auth_header_format how) : text(given), form(how) {}
  ~argument_provider() override { secure_zero(text); }
  std::shared_ptr<credential> key() override {
    auto read = api_key::parse(text);
    return read ? std::make_shared<credential>(std::move(read->key), std::move(read->model_id), form) : nullptr;
  }
};

struct interface_auth {
  service at;
  std::shared_ptr<transport_interface> transport;
  std::shared_ptr<store_interface> store;
  std::shared_ptr<environment_interface> env;
  std::shared_ptr<credential> held{};

  login_result login(std::shared_ptr<key_provider> provider, const login_options& options) {
    trace tried;
    const auto root = root_of(at, env->variable(at.root.variable.data()));
    const auto parts = detail::parse_base_url(root);
    if (parts.fault != detail::base_url_error::none) return lost({errc::insecure_url}, {}, parts.host, tried);

    auto who = provider->key();
    if (!who) {
      tried.note(source::argument, source_status::malformed);
      return lost({errc::malformed_key}, source::argument, parts.host, tried);
    }
    tried.note(source::argument, source_status::used_unverified);

    bool saved = false;
    if (options.sources.contains(source::saved))
      if (const auto loaded = store->load()) {
        const auto saved = loaded->with_exposed([](std::string_view text) { return api_key::parse(text); });
        saved = saved && saved->key == *who->key();
      }
    bool verified = false;
    if (!saved || options.verify_saved) {
      auto answer = transport->send(request{at.verify_method, url_of(root, at.verify_path), who->header()});
      auto verdict = *answer ? at.check_response(**answer, env->now()) : result<void>(unexpected(std::move(answer->error())));
      if (!verdict) {
        auto why = std::move(verdict.error());
        detail::redact(why.detail, who->expose_text());
        detail::truncate_utf8(why.detail);
        const bool rejected = *answer && why.code == errc::rejected;
        tried.note(source::argument, rejected ? source_status::rejected : source_status::error);
        if (rejected && held && *held == *who) held.reset();
        return lost(why, source::argument, parts.host, tried);
      }
      tried.note(source::argument, source_status::verified);
      verified = true;
    }
    std::optional<error_info> save_error;
    if (!saved) {
      const auto failed = store->save(*who->key());
      saved = !failed;
      if (failed) {
        detail::redact(failed->detail, who->expose_text());
        detail::truncate_utf8(failed->detail);
        save_error = std::move(*failed);
      }
    }
    held = std::move(who);
    return session{source::argument, verified, saved, std::move(save_error), std::string(parts.host), tried};
  }
};

login_result by_interfaces() {
  interface_auth auth{hub, std::make_shared<memory_transport>(), std::make_shared<store_in_memory>(),
                      std::make_shared<plain_environment>()};
  auto did = auth.login(std::make_shared<argument_provider>(right_key, hub.key_header_format), {});
  must(auth.held && auth.held->header(), "there is no header");
  return did;
}

bool same(const login_result& a, const login_result& b) {
  for (auto from : {source::argument})
    if (a->trace[from] != b->trace[from]) return false;
  return a && b && a->source == b->source && a->verified && b->verified && a->saved && b->saved &&
         a->host == b->host;
}

template <login_result (*Login)()>
void sign_in() {
  auto did = Login();
  benchmark::DoNotOptimize(did);
}

}  // namespace

int main(int argc, char** argv) {
  must(same(by_library(), by_hand()) && same(by_library(), by_interfaces()), "the logins end differently");

  return subjects()
      .add("ours", sign_in<by_library>)
      .add("by hand", sign_in<by_hand>)
      .add("interfaces", sign_in<by_interfaces>)
      .run(argc, argv);
}
