// SPDX-License-Identifier: BSL-1.0
//
// The header for a request: a view of what the login has built, or what a provider in the style of the cloud SDKs makes
// anew each time, under a lock, when the clock says that its token is still good.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "hubauth/basic_auth.hpp"
#include "hubauth/service/hub.hpp"
#include "hubauth/store/memory_store.hpp"
#include "policies.hpp"
#include "subjects.hpp"

namespace {

class credentials {
 public:
  virtual ~credentials() = default;
  virtual std::pair<std::string, std::string> authorization_header() = 0;
};

class cached_credentials final : public credentials {
 public:
  explicit cached_credentials(std::string key) : key_(std::move(key)) {}

  std::pair<std::string, std::string> authorization_header() override {
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() >= expires_) key_.clear();
    return {"x-api-key", scheme_ + key_};
  }

 private:
  std::mutex mutex_;
  std::string key_;
  std::string scheme_;
  std::chrono::steady_clock::time_point expires_ = std::chrono::steady_clock::now() + std::chrono::hours(24);
};

}  // namespace

int main(int argc, char** argv) {
  // Static: where they are is no part of the work.
  static hubauth::basic_auth auth(hubauth::hub, in_memory::transport(), hubauth::memory_store(), in_memory::prompter(),
                                  in_memory::environment());
  must(auth.login(in_memory::right_key).has_value(), "the login fails");
  static const std::unique_ptr<credentials> provider =
      std::make_unique<cached_credentials>(std::string(in_memory::right_key));

  const auto wanted = provider->authorization_header();
  must(auth.get_auth_header().name() == wanted.first && auth.get_auth_header().expose_value() == wanted.second,
       "the headers differ");

  return subjects()
      .add("ours",
           [] {
             benchmark::DoNotOptimize(auth);  // who knows what has happened to it
             auto header = in_memory::header_of(auth);
             benchmark::DoNotOptimize(header);
           })
      .add("provider",
           [] {
             auto header = provider->authorization_header();
             benchmark::DoNotOptimize(header);
           })
      .run(argc, argv);
}
