// System library: OpenSSL 3 libcrypto. Only declarations that Swift can't import from the headers are made here.
#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static const int ANSINH_EVP_PKEY_KEYPAIR = EVP_PKEY_KEYPAIR;
static const int ANSINH_EVP_PKEY_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY;
static const int ANSINH_MBSTRING_UTF8 = MBSTRING_UTF8;
