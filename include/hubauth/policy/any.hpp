// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "hubauth/policy/environment.hpp"
#include "hubauth/policy/prompter.hpp"
#include "hubauth/policy/store.hpp"
#include "hubauth/policy/transport.hpp"

/// References to policies of any type, themselves models of their concepts: the object, and the addresses of its
/// functions. What is compiled for them is compiled once, and not again for each set of policies.
namespace hubauth::any {

/// Whatever an object's type is, and whether or not it is constant: who calls its functions knows.
inline void* address(const void* of) noexcept { return const_cast<void*>(of); }

class transport {
 public:
  template <class T>
  explicit transport(T& to) noexcept : to_(address(&to)), send_(&send<T>), has_cookies_(&has_cookies<T>) {}

  result<reply> send(const request& asked) { return send_(to_, asked); }
  [[nodiscard]] bool has_cookies() const { return has_cookies_(to_); }

 private:
  template <class T>
  static result<reply> send(void* to, const request& asked) {
    return static_cast<T*>(to)->send(asked);
  }
  template <class T>
  static bool has_cookies(const void* to) {
    return static_cast<const T*>(to)->has_cookies();
  }

  void* to_;
  result<reply> (*send_)(void*, const request&);
  bool (*has_cookies_)(const void*);
};

class store {
 public:
  template <class T>
  explicit store(T& to) noexcept : to_(address(&to)), load_(&load<T>), save_(&save<T>), erase_(&erase<T>) {}

  result<std::optional<secret>> load() { return load_(to_); }
  result<void> save(const api_key& key) { return save_(to_, key); }
  result<void> erase() { return erase_(to_); }

 private:
  template <class T>
  static result<std::optional<secret>> load(void* to) {
    return static_cast<T*>(to)->load();
  }
  template <class T>
  static result<void> save(void* to, const api_key& key) {
    return static_cast<T*>(to)->save(key);
  }
  template <class T>
  static result<void> erase(void* to) {
    return static_cast<T*>(to)->erase();
  }

  void* to_;
  result<std::optional<secret>> (*load_)(void*);
  result<void> (*save_)(void*, const api_key&);
  result<void> (*erase_)(void*);
};

class prompter {
 public:
  template <class T>
  explicit prompter(T& to) noexcept : to_(address(&to)), ask_(&ask<T>) {}

  result<secret> ask(const question& about) { return ask_(to_, about); }

 private:
  template <class T>
  static result<secret> ask(void* to, const question& about) {
    return static_cast<T*>(to)->ask(about);
  }

  void* to_;
  result<secret> (*ask_)(void*, const question&);
};

class environment {
 public:
  template <class T>
  explicit environment(const T& to) noexcept
      : to_(&to), variable_(&variable<T>), browser_at_hand_(&browser_at_hand<T>), now_(&now<T>) {}

  [[nodiscard]] std::optional<std::string_view> variable(const char* name) const { return variable_(to_, name); }
  [[nodiscard]] bool browser_at_hand() const { return browser_at_hand_(to_); }
  [[nodiscard]] std::int64_t now() const { return now_(to_); }

 private:
  template <class T>
  static std::optional<std::string_view> variable(const void* to, const char* name) {
    return static_cast<const T*>(to)->variable(name);
  }
  template <class T>
  static bool browser_at_hand(const void* to) {
    return static_cast<const T*>(to)->browser_at_hand();
  }
  template <class T>
  static std::int64_t now(const void* to) {
    return static_cast<const T*>(to)->now();
  }

  const void* to_;
  std::optional<std::string_view> (*variable_)(const void*, const char*);
  bool (*browser_at_hand_)(const void*);
  std::int64_t (*now_)(const void*);
};

/// One of each.
struct policies {
  any::transport transport;
  any::store store;
  any::prompter prompter;
  any::environment environment;
};

}  // namespace hubauth::any
