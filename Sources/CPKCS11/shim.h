// PKCS #11 v2.40 (OASIS), as p11-kit writes it down. Declarations only: the functions come from the module that is loaded
// at run time.
#pragma once
#include <p11-kit/pkcs11.h>
