// library.cc — dlopen(3) and dlsym(3).

#include "realmode/late/library.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace drydock::late {

namespace {

/// What ld.so answers when a program lacks a library.
constexpr int kLacksLibrary = 127;

[[noreturn]] void end_lacking() {
  (void)std::fprintf(stderr,
                     "drydock: error while loading shared libraries: %s\n",
                     ::dlerror());
  std::exit(kLacksLibrary);
}

}  // namespace

Library::Library(const std::string& name)
    : handle_(::dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL)) {
  if (!handle_) end_lacking();
}

void* Library::address_of(const char* symbol) const {
  void* const address = ::dlsym(handle_, symbol);
  if (!address) end_lacking();
  return address;
}

}  // namespace drydock::late
