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

/// How a connection ends: by a goodbye (close_notify), without one, or by a reset (RST) when more is asked.
enum class tls_ending { goodbye, close, reset };

/// How a `tls_server` speaks.
struct tls_manners {
  int oldest = TLS1_2_VERSION;  ///< of TLS
  int newest = TLS1_3_VERSION;
  int responses = -1;  ///< in each connection, which ends behind the last one; below 0: as many as are asked for
  tls_ending ending = tls_ending::goodbye;
};

/// An HTTPS server on 127.0.0.1, with the certificate that it is given.
class tls_server {
 public:
  /// The response to a request's header, byte by byte.
  using answerer = std::function<std::string(const std::string& head)>;

  static std::string accept(const std::string&) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"success\": true}";
  }

  explicit tls_server(const tls::identity& who, answerer answer = accept, tls_manners manners = {})
      : answer_(std::move(answer)), manners_(manners) {
    SSL_CTX_use_certificate(context_.get(), who.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), who.key.get());
    SSL_CTX_set_min_proto_version(context_.get(), manners.oldest);
    SSL_CTX_set_max_proto_version(context_.get(), manners.newest);
    if (manners.newest < TLS1_2_VERSION) SSL_CTX_set_security_level(context_.get(), 0);  // else it refuses to itself
    SSL_CTX_set_alpn_select_cb(context_.get(), &note_offer, this);
  }

  std::string root(const std::string& host = "127.0.0.1") const { return "https://" + host + ":" + server_.port(); }
  const std::string& port() const { return server_.port(); }
  std::size_t connections() const { return server_.connections(); }

  /// How many clients have taken its certificate.
  std::size_t handshakes() const {
    const std::lock_guard lock(mutex_);
    return handshakes_;
  }

  /// The protocols that the last client offered to speak (ALPN), each behind its length.
  std::string offered() const {
    const std::lock_guard lock(mutex_);
    return offered_;
  }

  /// The headers of the requests, byte by byte, and whatever came that is none.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  struct freeing {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* connection) const noexcept { SSL_free(connection); }
  };

  static int note_offer(SSL*, const unsigned char**, unsigned char*, const unsigned char* offer, unsigned size,
                        void* self) {
    auto& server = *static_cast<tls_server*>(self);
    const std::lock_guard lock(server.mutex_);
    server.offered_.assign(reinterpret_cast<const char*>(offer), size);
    return SSL_TLSEXT_ERR_NOACK;  // none of them is chosen
  }

  void talk(int socket) {
    const std::unique_ptr<SSL, freeing> connection(SSL_new(context_.get()));
    SSL_set_fd(connection.get(), socket);
    if (SSL_accept(connection.get()) != 1) return;
    {
      const std::lock_guard lock(mutex_);
      ++handshakes_;
    }
    for (int left = manners_.responses; left != 0; --left) {
      std::string head;
      for (char byte = 0; !head.ends_with("\r\n\r\n") && SSL_read(connection.get(), &byte, 1) == 1;) head += byte;
      if (head.empty()) return;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(head);
      }
      const auto response = answer_(head);
      if (!response.empty() && SSL_write(connection.get(), response.data(), static_cast<int>(response.size())) <= 0) return;
    }
    end(connection.get(), socket);
  }

  void end(SSL* connection, int socket) const {
    char byte = 0;
    const linger not_at_all{1, 0};
    switch (manners_.ending) {
      case tls_ending::goodbye: SSL_shutdown(connection); break;
      case tls_ending::close: break;
      case tls_ending::reset:
        ::recv(socket, &byte, 1, MSG_PEEK);
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &not_at_all, sizeof not_at_all);
        break;
    }
  }

  answerer answer_;
  tls_manners manners_;
  std::unique_ptr<SSL_CTX, freeing> context_{SSL_CTX_new(TLS_server_method())};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::size_t handshakes_ = 0;
  std::string offered_;
  raw_server server_{[this](int socket) { talk(socket); }};
};
