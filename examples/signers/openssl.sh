#!/bin/sh
# A command that signs: HARBOR_PILOT_SIGNER_COMMAND="examples/signers/openssl.sh KEY". OpenSSL 3 finds KEY in a file, or through its providers
# in an HSM (pkcs11:…). Replace the two commands of OpenSSL by those of your KMS or vault.
set -eu
request=$(cat)
field() { printf '%s' "$request" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
case $(field operation) in
  public-key)
    key=$(openssl pkey -in "$1" -pubout)
    printf '{"publicKey":"%s"}\n' "$(printf '%s' "$key" | sed 's/$/\\n/' | tr -d '\n')"
    ;;
  sign)
    signature=$(field data | openssl base64 -d -A | openssl dgst "-$(field hash)" -sign "$1" | openssl base64 -A)
    printf '{"signature":"%s"}\n' "$signature"
    ;;
  *)
    printf '{"error":"the operation is not known"}\n'
    ;;
esac
