// System library: libeac of OpenPACE, an independent implementation of TR-03110's protocols. For tests only.
#pragma once
#include <eac/ca.h>
#include <eac/eac.h>
#include <eac/pace.h>
#include <eac/ta.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/// Sets the terminal's private key from PKCS #8; 1 on success.
///
/// EAC_CTX_init_ta() can read it too, but copies it with a function that libeac and libcrypto both define under one name,
/// EVP_PKEY_dup(): which one runs depends on the order of linking, and libcrypto's gives a copy that libeac cannot use
/// when the key is one of OpenSSL's providers. A key around an EC_KEY is copied alike by both.
static inline int ansinh_eac_set_private_key(EAC_CTX *context, const unsigned char *pkcs8, long length) {
  EVP_PKEY *decoded = d2i_AutoPrivateKey(NULL, &pkcs8, length);
  EC_KEY *inner = decoded ? EVP_PKEY_get1_EC_KEY(decoded) : NULL;
  EVP_PKEY *key = inner ? EVP_PKEY_new() : NULL;
  int result = key && EVP_PKEY_set1_EC_KEY(key, inner);
  if (result) {
    EVP_PKEY_free(context->ta_ctx->priv_key);
    context->ta_ctx->priv_key = key;
    key = NULL;
  }
  EVP_PKEY_free(key);
  EC_KEY_free(inner);
  EVP_PKEY_free(decoded);
  return result;
}
