// module_hash.cc — what hashlib is made of.

#include "sim/base/sha256.h"
#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"
#include "sim/userland/text/hashes.h"

namespace drydock::userland::python {

namespace {

/// hex(name, bytes): the digest in hexadecimal digits, or None.
Value hash_hex(NativeCall& call) {
  const std::string* const name = text_of(call, 0);
  const ByteString* const bytes = as<ByteString>(call.args[1]);
  if (!name || !bytes) return call.py.raise("TypeError", "bytes expected");
  if (*name == "md5") return call.py.str(md5_hex(bytes->text));
  if (*name == "sha1") return call.py.str(sha1_hex(bytes->text));
  if (*name == "sha256") {
    Sha256 sum;
    sum.add(bytes->text);
    return call.py.str(sum.hex());
  }
  return call.py.none;
}

constexpr NativeRow kHash[] = {{"hex", 2, 2, hash_hex}};

}  // namespace

Value make_hash_module(Interpreter& py) {
  return module_of(py, "_hashlib", kHash);
}

}  // namespace drydock::userland::python
