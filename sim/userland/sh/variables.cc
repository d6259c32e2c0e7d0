// variables.cc — storing, counting, and saving what locals hide.

#include "sim/userland/sh/variables.h"

#include <algorithm>

namespace drydock::userland::sh {

std::optional<std::string> Variable::first() const {
  if (kind == Kind::scalar) return value;
  if (kind == Kind::indexed) {
    const auto element = indexed.find(0);
    if (element == indexed.end()) return std::nullopt;
    return element->second;
  }
  const auto element = keyed.find("0");
  if (element == keyed.end()) return std::nullopt;
  return element->second;
}

std::int64_t Variable::bytes() const {
  std::size_t total = value ? value->size() : 0;
  for (const auto& [index, element] : indexed) total += element.size() + 64;
  for (const auto& [key, element] : keyed) {
    total += key.size() + element.size() + 64;
  }
  return static_cast<std::int64_t>(total);
}

std::string Variables::resolve(std::string_view name) const {
  std::string current(name);
  for (int hops = 0; hops < 16; ++hops) {
    const auto found = variables_.find(current);
    if (found == variables_.end() || !found->second.reference ||
        !found->second.value) {
      break;
    }
    current = *found->second.value;
  }
  return current;
}

const Variable* Variables::find(std::string_view name) const {
  auto found = variables_.find(name);
  if (found == variables_.end()) return nullptr;
  if (found->second.reference) {
    found = variables_.find(resolve(name));
    if (found == variables_.end()) return nullptr;
  }
  return &found->second;
}

std::optional<std::string> Variables::get(std::string_view name) const {
  const Variable* variable = find(name);
  return variable == nullptr ? std::nullopt : variable->first();
}

std::string Variables::get_or(std::string_view name,
                              std::string_view otherwise) const {
  return get(name).value_or(std::string(otherwise));
}

std::string Variables::cased(const Variable& variable,
                             std::string value) const {
  if (variable.upper) return drydock::upper(value);
  if (variable.lower) return drydock::lower(value);
  return value;
}

SetError Variables::set(std::string_view name, std::string value) {
  Variable& variable = touch(name);
  if (variable.read_only) return SetError::read_only;
  if (variable.kind == Variable::Kind::indexed) {
    return set_element(name, 0, std::move(value));
  }
  if (variable.kind == Variable::Kind::associative) {
    return set_keyed(name, "0", std::move(value));
  }
  const auto size = static_cast<std::int64_t>(value.size());
  const auto before =
      static_cast<std::int64_t>(variable.value ? variable.value->size() : 0);
  if (bytes_ - before + size > kMaxBytes) return SetError::too_big;
  bytes_ += size - before;
  variable.value = cased(variable, std::move(value));
  return SetError::none;
}

SetError Variables::set_element(std::string_view name, std::int64_t index,
                                std::string value) {
  Variable& variable = touch(name);
  if (variable.read_only) return SetError::read_only;
  const auto size = static_cast<std::int64_t>(value.size()) + 64;
  if (bytes_ + size > kMaxBytes) return SetError::too_big;
  if (variable.kind == Variable::Kind::scalar) {
    variable.kind = Variable::Kind::indexed;
    if (variable.value) variable.indexed[0] = *std::move(variable.value);
    variable.value.reset();
  }
  const auto old = variable.indexed.find(index);
  if (old != variable.indexed.end()) {
    bytes_ -= static_cast<std::int64_t>(old->second.size()) + 64;
  }
  bytes_ += size;
  variable.indexed[index] = cased(variable, std::move(value));
  return SetError::none;
}

SetError Variables::set_keyed(std::string_view name, std::string key,
                              std::string value) {
  Variable& variable = touch(name);
  if (variable.read_only) return SetError::read_only;
  const auto size = static_cast<std::int64_t>(key.size() + value.size()) + 64;
  if (bytes_ + size > kMaxBytes) return SetError::too_big;
  const auto old = variable.keyed.find(key);
  if (old != variable.keyed.end()) {
    bytes_ -= static_cast<std::int64_t>(key.size() + old->second.size()) + 64;
  }
  bytes_ += size;
  variable.keyed[std::move(key)] = cased(variable, std::move(value));
  return SetError::none;
}

SetError Variables::unset(std::string_view name) {
  const auto found = variables_.find(resolve(name));
  if (found == variables_.end()) return SetError::none;
  if (found->second.read_only) return SetError::read_only;
  bytes_ -= found->second.bytes();
  variables_.erase(found);
  return SetError::none;
}

void Variables::unset_element(std::string_view name, std::string_view key,
                              std::int64_t index) {
  Variable& variable = touch(name);
  if (variable.kind == Variable::Kind::associative) {
    const auto found = variable.keyed.find(key);
    if (found != variable.keyed.end()) variable.keyed.erase(found);
  } else {
    if (index < 0 && !variable.indexed.empty()) {
      index += variable.indexed.rbegin()->first + 1;
    }
    variable.indexed.erase(index);
  }
}

Variable& Variables::touch(std::string_view name) {
  return variables_[resolve(name)];
}

SetError Variables::recount() {
  bytes_ = 0;
  for (const auto& [name, variable] : variables_) bytes_ += variable.bytes();
  return bytes_ > kMaxBytes ? SetError::too_big : SetError::none;
}

bool Variables::is_local(std::string_view name) const {
  if (scopes_.empty()) return false;
  return std::ranges::any_of(
      scopes_.back(), [&](const auto& saved) { return saved.first == name; });
}

void Variables::make_local(std::string_view name, bool inherit) {
  if (scopes_.empty() || is_local(name)) return;
  const auto found = variables_.find(name);
  std::optional<Variable> former;
  if (found != variables_.end()) former = found->second;
  scopes_.back().emplace_back(std::string(name), former);
  if (inherit || found == variables_.end()) return;
  Variable fresh;
  fresh.exported = former->exported;
  bytes_ -= former->bytes();
  found->second = std::move(fresh);
}

void Variables::pop_scope() {
  Saved saved = std::move(scopes_.back());
  scopes_.pop_back();
  for (auto entry = saved.rbegin(); entry != saved.rend(); ++entry) {
    const auto found = variables_.find(entry->first);
    if (found != variables_.end()) {
      bytes_ -= found->second.bytes();
      variables_.erase(found);
    }
    if (!entry->second) continue;
    bytes_ += entry->second->bytes();
    variables_.emplace(entry->first, *std::move(entry->second));
  }
}

List Variables::environment() const {
  List result;
  for (const auto& [name, variable] : variables_) {
    if (variable.exported && variable.kind == Variable::Kind::scalar &&
        variable.value) {
      result.push_back(name + "=" + *variable.value);
    }
  }
  return result;
}

}  // namespace drydock::userland::sh
