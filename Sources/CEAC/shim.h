// System library: libeac of OpenPACE, an independent implementation of TR-03110's protocols. For tests only.
#pragma once
#include <eac/ca.h>
#include <eac/eac.h>
#include <eac/pace.h>
#include <eac/ta.h>
#include <openssl/err.h>
