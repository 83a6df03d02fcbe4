// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cassert>
#include <utility>

#include "hubauth/fsm/machine.hpp"
#include "hubauth/login/actions.hpp"
#include "hubauth/login/machine.hpp"
#include "hubauth/login/transitions.hpp"

namespace hubauth::login {

class machine::implementation {
 public:
  implementation(const service& service, credential_cache& cache, environment_values&& environment, operation operation,
                 std::string_view argument, const login_options& options, observer&& observe)
      : cache_(cache),
        actions_(service, cache, std::move(environment), argument, options),
        observer_(std::move(observe)),
        machine_(resolving_endpoint{operation}, actions_, notify{observer_}) {
    machine_.run();
  }

  [[nodiscard]] const effect* wanted() const noexcept { return machine_.wanted(); }

  template <class Answer>
  void resume(Answer&& answer) {
    machine_.resume(std::forward<Answer>(answer));
  }

  login_result result() {
    if (auto* state = machine_.template get_if<signed_in>()) {
      auto& found = state->found;
      session session{found.source,    found.verified,  found.saved, std::move(found.save_error),
                      actions_.host(), actions_.trace()};
      cache_.set(std::move(found));
      return session;
    }
    auto* state = machine_.template get_if<failed>();
    assert(state && "the sign-in has not ended");
    return unexpected(login_error{.code = state->error.code,
                                  .detail = std::move(state->error.detail),
                                  .source = state->source,
                                  .source_description = actions_.describe(state->source),
                                  .host = actions_.host(),
                                  .hint = actions_.hint(*state),
                                  .retry_after = state->error.retry_after,
                                  .trace = actions_.trace()});
  }

 private:
  struct notify {
    const observer& to;

    void operator()(const fsm::transition_names& names) const {
      if (to) to(names);
    }
  };

  credential_cache& cache_;
  actions actions_;
  observer observer_;
  fsm::machine<table, effect, actions, notify> machine_;
};

inline machine::machine(const service& service, credential_cache& cache, environment_values environment,
                        operation operation, std::string_view argument, const login_options& options, observer observe)
    : implementation_(std::make_unique<implementation>(service, cache, std::move(environment), operation, argument,
                                                       options, std::move(observe))) {}

inline machine::~machine() = default;

inline const effect* machine::wanted() const noexcept { return implementation_->wanted(); }

inline void machine::resume(response_at answer) { implementation_->resume(std::move(answer)); }
inline void machine::resume(hubauth::result<std::optional<secret>> answer) {
  implementation_->resume(std::move(answer));
}
inline void machine::resume(hubauth::result<void> answer) { implementation_->resume(std::move(answer)); }
inline void machine::resume(hubauth::result<secret> answer) { implementation_->resume(std::move(answer)); }

inline login_result machine::result() { return implementation_->result(); }

}  // namespace hubauth::login
