// build_args.cc — who may see which variable of the build.

#include "sim/builder/build_args.h"

#include <array>

namespace drydock::builder {
namespace {

constexpr std::array<std::string_view, 8> kProxies = {
    "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy",
    "FTP_PROXY",  "ftp_proxy",  "NO_PROXY",    "no_proxy"};

bool is_proxy(std::string_view name) {
  for (const std::string_view proxy : kProxies) {
    if (name == proxy) return true;
  }
  return false;
}

bool has(const List& env, std::string_view name) {
  for (const std::string& entry : env) {
    if (std::string_view(entry).substr(0, entry.find('=')) == name) return true;
  }
  return false;
}

}  // namespace

void BuildArgs::declare_for_from(std::string name,
                                 std::optional<std::string> value) {
  asked_for_.insert(name);
  for_from_[std::move(name)] = std::move(value);
}

void BuildArgs::declare(std::string name, std::optional<std::string> value) {
  asked_for_.insert(name);
  declared_[std::move(name)] = std::move(value);
}

std::optional<std::string> BuildArgs::value_of(
    const std::string& name, const std::optional<std::string>& value) const {
  const auto given = given_.find(name);
  if (given != given_.end()) return given->second;
  if (value) return value;
  const auto outer = for_from_.find(name);
  return outer == for_from_.end() ? std::nullopt : outer->second;
}

List BuildArgs::for_from() const {
  List entries;
  for (const auto& [name, value] : for_from_) {
    const std::optional<std::string> known = value_of(name, value);
    if (known) entries.push_back(name + "=" + *known);
  }
  return entries;
}

List BuildArgs::collect(const List& env, bool with_proxies) const {
  Values values;
  for (const auto& [name, value] : declared_) {
    const std::optional<std::string> known = value_of(name, value);
    if (known) values[name] = *known;
  }
  for (const auto& [name, value] : given_) {
    if (with_proxies && is_proxy(name)) values[name] = value;
  }
  List entries;
  for (const auto& [name, value] : values) {
    if (!has(env, name)) entries.push_back(name + "=" + value);
  }
  return entries;
}

List BuildArgs::visible() const { return collect({}, true); }

List BuildArgs::beside(const List& env) const { return collect(env, true); }

List BuildArgs::cached_beside(const List& env) const {
  return collect(env, false);
}

List BuildArgs::unused() const {
  List names;
  for (const auto& [name, value] : given_) {
    if (!is_proxy(name) && !asked_for_.contains(name)) names.push_back(name);
  }
  return names;
}

}  // namespace drydock::builder
