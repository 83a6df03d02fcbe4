// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace tls {

struct freeing {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* cert) const noexcept { X509_free(cert); }
};
using private_key = std::unique_ptr<EVP_PKEY, freeing>;
using certificate = std::unique_ptr<X509, freeing>;

/// A certificate for 127.0.0.1 that only its own key has signed.
inline certificate signed_by_itself(EVP_PKEY* key) {
  constexpr long day = 24 * 60 * 60;
  certificate cert(X509_new());
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -day);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), day);
  X509_set_pubkey(cert.get(), key);
  auto* name = X509_get_subject_name(cert.get());
  const auto* host = reinterpret_cast<const unsigned char*>("127.0.0.1");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0);
  X509_set_issuer_name(cert.get(), name);
  X509_sign(cert.get(), key, EVP_sha256());
  return cert;
}

}  // namespace tls

/// A TLS server on 127.0.0.1 whose certificate nobody vouches for.
class untrusted_server {
 public:
  untrusted_server() {
    const auto count = [this](const httplib::Request&, httplib::Response&) { ++requests_; };
    server_.Get(".*", count).Post(".*", count);
    port_ = server_.bind_to_any_port("127.0.0.1");
    server_.new_task_queue = [this] {
      listening_.set_value();
      return new httplib::ThreadPool(1);
    };
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    listening_.get_future().wait();
  }
  untrusted_server(const untrusted_server&) = delete;
  untrusted_server& operator=(const untrusted_server&) = delete;
  ~untrusted_server() {
    server_.stop();
    thread_.join();
  }

  std::string root() const { return "https://127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }

 private:
  tls::private_key key_{EVP_EC_gen("P-256")};
  tls::certificate certificate_ = tls::signed_by_itself(key_.get());
  httplib::SSLServer server_{certificate_.get(), key_.get()};
  std::atomic<int> requests_ = 0;
  int port_ = 0;
  std::promise<void> listening_;
  std::thread thread_;
};
