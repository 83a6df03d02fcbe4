// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "support/temporary_directory.hpp"

/// Certificates made for one test.
namespace tls {

struct freeing {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* cert) const noexcept { X509_free(cert); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const noexcept { X509_EXTENSION_free(extension); }
};
template <class T>
using owned = std::unique_ptr<T, freeing>;

/// A private key, and a certificate for it.
struct identity {
  owned<EVP_PKEY> key;
  owned<X509> certificate;

  /// The certificate as PEM.
  std::string pem() const {
    const owned<BIO> text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(text.get(), certificate.get());
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(text.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }

  /// The certificate in a file, as the trust of a client.
  std::string write(const temporary_directory& to, std::string_view name) const { return to.write(name, pem()); }
};

constexpr long day = 24 * 60 * 60;

/// What a certificate says.
struct claims {
  std::string name = "127.0.0.1";        ///< the subject's common name
  std::string hosts = "IP:127.0.0.1";    ///< the subject's alternative names; empty: none
  std::string constraints = "CA:FALSE";  ///< "CA:TRUE": it may sign others
  long from = -day;                      ///< from now, in seconds
  long until = day;                      ///< likewise
};

/// An identity that `issuer` vouches for; without one, only itself.
inline identity issue(const claims& says, const identity* issuer = nullptr) {
  identity made{owned<EVP_PKEY>(EVP_EC_gen("P-256")), owned<X509>(X509_new())};
  X509* cert = made.certificate.get();
  X509_set_version(cert, X509_VERSION_3);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), says.source);
  X509_gmtime_adj(X509_getm_notAfter(cert), says.until);
  X509_set_pubkey(cert, made.key.get());

  auto* subject = X509_get_subject_name(cert);
  const auto* name = reinterpret_cast<const unsigned char*>(says.name.data());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, static_cast<int>(says.name.size()), -1, 0);
  X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer->certificate.get()) : subject);

  const auto extend = [&](int which, const std::string& value) {
    const owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, which, value.c_str()));
    X509_add_ext(cert, extension.get(), -1);
  };
  extend(NID_basic_constraints, "critical," + says.constraints);
  if (!says.hosts.empty()) extend(NID_subject_alt_name, says.hosts);
  X509_sign(cert, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

inline identity authority(const std::string& name) {
  return issue({.name = name, .hosts = {}, .constraints = "CA:TRUE"});
}

}  // namespace tls
