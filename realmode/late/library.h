// library.h — shared libraries that are loaded when they are first needed.
//
// Most starts of this program ask no registry and hash nothing.  Linked in the
// usual way, libcurl alone would bring thirty libraries of its own to each of
// them (book/hacking/decisions/0012-some-libraries-come-late.md).

#pragma once

#include <string>

namespace drydock::late {

/// A loaded library, which stays.
class Library {
 public:
  /// Ends the program if there is none of this name ("libcurl.so.4"), as the
  /// dynamic linker would have done at its start.
  explicit Library(const std::string& name);

  /// "curl_easy_init" as a function of the type that its header declares.
  template <typename Function>
  void find(const char* symbol, Function** function) const {
    *function = reinterpret_cast<Function*>(address_of(symbol));
  }

 private:
  void* address_of(const char* symbol) const;

  void* handle_;
};

}  // namespace drydock::late
