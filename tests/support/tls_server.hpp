// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

#include "support/certificates.hpp"
#include "support/raw_server.hpp"

namespace hubauth::testing {

/// How a connection ends: with a close_notify, without one, or with a reset (RST) when the next request arrives.
enum class tls_ending { close_notify, close, reset };

/// How a `tls_server` behaves.
struct tls_behavior {
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  int max_responses = -1;  ///< of each connection, which ends after the last one; negative: no limit
  tls_ending ending = tls_ending::close_notify;
};

/// An HTTPS server on 127.0.0.1.
class tls_server {
 public:
  /// The response to a request's header, byte by byte.
  using responder = std::function<std::string(const std::string& head)>;

  static std::string accept(const std::string&) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"success\": true}";
  }

  explicit tls_server(const tls::identity& identity, responder respond = accept, tls_behavior behavior = {})
      : respond_(std::move(respond)), behavior_(behavior) {
    SSL_CTX_use_certificate(context_.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key.get());
    SSL_CTX_set_min_proto_version(context_.get(), behavior.min_version);
    SSL_CTX_set_max_proto_version(context_.get(), behavior.max_version);
    if (behavior.max_version < TLS1_2_VERSION)
      SSL_CTX_set_security_level(context_.get(), 0);  // otherwise OpenSSL refuses
    SSL_CTX_set_alpn_select_cb(context_.get(), &record_offer, this);
  }

  std::string url(const std::string& host = "127.0.0.1") const { return "https://" + host + ":" + server_.port(); }
  const std::string& port() const { return server_.port(); }
  std::size_t connections() const { return server_.connections(); }

  /// The number of handshakes that were completed.
  std::size_t handshakes() const {
    const std::lock_guard lock(mutex_);
    return handshakes_;
  }

  /// The protocols that the last client offered (ALPN), each preceded by its length.
  std::string offered_protocols() const {
    const std::lock_guard lock(mutex_);
    return offered_;
  }

  /// The headers of the requests, and all other bytes that were received.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  struct openssl_deleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* connection) const noexcept { SSL_free(connection); }
  };

  static int record_offer(SSL*, const unsigned char**, unsigned char*, const unsigned char* offer, unsigned size,
                          void* self) {
    auto& server = *static_cast<tls_server*>(self);
    const std::lock_guard lock(server.mutex_);
    server.offered_.assign(reinterpret_cast<const char*>(offer), size);
    return SSL_TLSEXT_ERR_NOACK;  // selects none
  }

  void serve(int socket) {
    const std::unique_ptr<SSL, openssl_deleter> connection(SSL_new(context_.get()));
    SSL_set_fd(connection.get(), socket);
    if (SSL_accept(connection.get()) != 1) return;
    {
      const std::lock_guard lock(mutex_);
      ++handshakes_;
    }
    for (int left = behavior_.max_responses; left != 0; --left) {
      std::string head;
      for (char byte = 0; !head.ends_with("\r\n\r\n") && SSL_read(connection.get(), &byte, 1) == 1;) head += byte;
      if (head.empty()) return;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(head);
      }
      const auto response = respond_(head);
      if (!response.empty() && SSL_write(connection.get(), response.data(), static_cast<int>(response.size())) <= 0)
        return;
    }
    end(connection.get(), socket);
  }

  void end(SSL* connection, int socket) const {
    char byte = 0;
    const linger reset{1, 0};
    switch (behavior_.ending) {
      case tls_ending::close_notify: SSL_shutdown(connection); break;
      case tls_ending::close: break;
      case tls_ending::reset:
        ::recv(socket, &byte, 1, MSG_PEEK);
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        break;
    }
  }

  responder respond_;
  tls_behavior behavior_;
  std::unique_ptr<SSL_CTX, openssl_deleter> context_{SSL_CTX_new(TLS_server_method())};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::size_t handshakes_ = 0;
  std::string offered_;
  raw_server server_{[this](int socket) { serve(socket); }};
};

}  // namespace hubauth::testing
