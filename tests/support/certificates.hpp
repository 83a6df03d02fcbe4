// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "support/temporary_directory.hpp"

/// Certificates that a test makes for itself.
namespace hubauth::testing::tls {

struct openssl_deleter {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* cert) const noexcept { X509_free(cert); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const noexcept { X509_EXTENSION_free(extension); }
};
template <class T>
using openssl_ptr = std::unique_ptr<T, openssl_deleter>;

/// A private key, and a certificate for it.
struct identity {
  openssl_ptr<EVP_PKEY> key;
  openssl_ptr<X509> certificate;

  /// The certificate as PEM.
  std::string pem() const {
    const openssl_ptr<BIO> text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(text.get(), certificate.get());
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(text.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }

  /// Writes the certificate to a file, for a client that trusts it.
  std::string write(const temporary_directory& directory, std::string_view name) const {
    return directory.write(name, pem());
  }
};

inline constexpr std::chrono::seconds day = std::chrono::days(1);

/// What a certificate contains.
struct claims {
  std::string common_name = "127.0.0.1";           ///< the subject's
  std::string alternative_names = "IP:127.0.0.1";  ///< the subject's; empty: none
  std::string basic_constraints = "CA:FALSE";      ///< "CA:TRUE": it may sign other certificates
  std::chrono::seconds not_before = -day;          ///< from now
  std::chrono::seconds not_after = day;            ///< from now
};

/// A new identity, signed by `issuer`; self-signed if there is none.
inline identity issue(const claims& claims, const identity* issuer = nullptr) {
  identity made{openssl_ptr<EVP_PKEY>(EVP_EC_gen("P-256")), openssl_ptr<X509>(X509_new())};
  X509* cert = made.certificate.get();
  X509_set_version(cert, X509_VERSION_3);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), claims.not_before.count());
  X509_gmtime_adj(X509_getm_notAfter(cert), claims.not_after.count());
  X509_set_pubkey(cert, made.key.get());

  auto* subject = X509_get_subject_name(cert);
  const auto* name = reinterpret_cast<const unsigned char*>(claims.common_name.data());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, static_cast<int>(claims.common_name.size()), -1, 0);
  X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer->certificate.get()) : subject);

  const auto extend = [&](int nid, const std::string& value) {
    const openssl_ptr<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
    X509_add_ext(cert, extension.get(), -1);
  };
  extend(NID_basic_constraints, "critical," + claims.basic_constraints);
  if (!claims.alternative_names.empty()) extend(NID_subject_alt_name, claims.alternative_names);
  X509_sign(cert, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

/// A new certificate authority.
inline identity authority(const std::string& name) {
  return issue({.common_name = name, .alternative_names = {}, .basic_constraints = "CA:TRUE"});
}

}  // namespace hubauth::testing::tls
