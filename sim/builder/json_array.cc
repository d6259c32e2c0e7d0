// json_array.cc — the exec form: ["word", "word"] at the front of a text.

#include <nlohmann/json.hpp>

#include "sim/builder/dockerfile.h"

namespace drydock::builder {
namespace {

using Json = nlohmann::json;

/// Listens to the reader and keeps the strings of the outermost array.  It
/// builds no tree, so nesting costs nothing.
class ArrayListener final : public nlohmann::json_sax<Json> {
 public:
  explicit ArrayListener(List& strings) : strings_(strings) {}
  bool only_strings() const { return only_strings_; }

  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(number_integer_t) override { return other(); }
  bool number_unsigned(number_unsigned_t) override { return other(); }
  bool number_float(number_float_t, const string_t&) override {
    return other();
  }
  bool string(string_t& text) override {
    if (depth_ == 1) strings_.push_back(text);
    return true;
  }
  bool binary(binary_t&) override { return other(); }
  bool start_object(std::size_t) override { return open(); }
  bool key(string_t&) override { return true; }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool other() {
    only_strings_ = false;
    return true;
  }
  bool open() {
    if (depth_++ > 0) only_strings_ = false;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  List& strings_;
  int depth_ = 0;
  bool only_strings_ = true;
};

}  // namespace

Array read_json_array(std::string_view text, List& strings) {
  strings.clear();
  const std::string_view body = trim(text);
  if (!body.starts_with('[')) return Array::no;
  ArrayListener listener(strings);
  constexpr bool kStrict = false;  // Something may follow the array.
  const bool read = Json::sax_parse(body.begin(), body.end(), &listener,
                                    Json::input_format_t::json, kStrict);
  if (!read) return Array::no;
  return listener.only_strings() ? Array::yes : Array::of_other_things;
}

}  // namespace drydock::builder
