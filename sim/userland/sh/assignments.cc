// assignments.cc — name=value in all its forms.

#include <utility>

#include <fmt/format.h>

#include "sim/userland/sh/expansion.h"
#include "sim/userland/sh/interpreter.h"

namespace drydock::userland::sh {

namespace {

bool is_integer(const Shell& shell, std::string_view name) {
  const Variable* variable = shell.variables.find(name);
  return variable != nullptr && variable->integer;
}

/// One element: by key or index, or behind the last one.
Task<bool> assign_element(Shell& shell, const std::string& name,
                          const Word* subscript, std::string value, bool append,
                          std::int64_t* next) {
  Expander expander(shell);
  Variable& array = shell.variables.touch(name);
  std::string key;
  if (subscript != nullptr) {
    const bool done =
        co_await expander.expand_text(*subscript, Purpose::text, &key);
    if (!done) co_return false;
  }
  if (array.kind == Variable::Kind::associative) {
    if (append) value = array.keyed[key] + value;
    co_return shell.set_error(
        name, shell.variables.set_keyed(name, key, std::move(value)));
  }
  std::int64_t index = *next;
  if (subscript != nullptr) {
    const std::optional<std::int64_t> given = index_in(shell, name, key);
    if (!given) co_return false;
    index = *given;
  }
  *next = index + 1;
  if (append) {
    const Variable& now = shell.variables.touch(name);
    const auto old = now.indexed.find(index);
    if (old != now.indexed.end()) {
      value = old->second + value;
    } else if (now.kind == Variable::Kind::scalar && index == 0) {
      value = now.value.value_or("") + value;
    }
  }
  if (is_integer(shell, name)) {
    const std::optional<std::int64_t> number = evaluate_in(shell, value);
    if (!number) co_return false;
    value = std::to_string(*number);
  }
  co_return shell.set_error(
      name, shell.variables.set_element(name, index, std::move(value)));
}

/// name=( ... ) and name+=( ... ).
Task<bool> assign_array(Shell& shell, const Assignment& assignment) {
  Expander expander(shell);
  const std::string& name = assignment.name;
  const Variable* former = shell.variables.find(name);
  if (former != nullptr && former->read_only) {
    co_return shell.set_error(name, SetError::read_only);
  }
  // All words are expanded before the former value goes.
  struct Element {
    const Word* subscript;
    std::string value;
  };
  std::vector<Element> elements;
  for (const Assignment& item : assignment.elements) {
    if (item.subscript) {
      std::string value;
      const bool done = co_await expander.expand_text(
          item.value, Purpose::assignment, &value);
      if (!done) co_return false;
      elements.push_back({item.subscript.get(), std::move(value)});
      continue;
    }
    List fields;
    std::vector<Word> one = {item.value};
    const bool done = co_await expander.expand_all(one, &fields);
    if (!done) co_return false;
    for (std::string& field : fields) {
      elements.push_back({nullptr, std::move(field)});
    }
  }
  Variable& array = shell.variables.touch(name);
  if (!assignment.append) {
    array.indexed.clear();
    array.keyed.clear();
    array.value.reset();
    if (array.kind == Variable::Kind::scalar) {
      array.kind = Variable::Kind::indexed;
    }
    shell.variables.recount();
  } else if (array.kind == Variable::Kind::scalar) {
    array.kind = Variable::Kind::indexed;
    if (array.value) array.indexed[0] = *std::exchange(array.value, {});
  }
  std::int64_t next =
      array.indexed.empty() ? 0 : array.indexed.rbegin()->first + 1;
  for (Element& element : elements) {
    const bool done = co_await assign_element(
        shell, name, element.subscript, std::move(element.value), false, &next);
    if (!done) co_return false;
  }
  co_return true;
}

}  // namespace

Task<bool> assign_one(Shell& shell, const Assignment& assignment) {
  if (assignment.is_array) co_return co_await assign_array(shell, assignment);
  Expander expander(shell);
  std::string value;
  const bool done = co_await expander.expand_text(assignment.value,
                                                  Purpose::assignment, &value);
  if (!done) co_return false;
  if (assignment.subscript) {
    const Variable* former = shell.variables.find(assignment.name);
    if (former != nullptr && former->read_only) {
      co_return shell.set_error(assignment.name, SetError::read_only);
    }
    std::int64_t next = 0;
    co_return co_await assign_element(
        shell, assignment.name, assignment.subscript.get(), std::move(value),
        assignment.append, &next);
  }
  if (is_integer(shell, assignment.name)) {
    if (assignment.append) {
      value = shell.variables.get_or(assignment.name, "0") + "+(" + value + ")";
    }
    const std::optional<std::int64_t> number = evaluate_in(shell, value);
    if (!number) co_return false;
    value = std::to_string(*number);
  } else if (assignment.append) {
    value = shell.lookup(assignment.name).value_or("") + value;
  }
  co_return shell.assign(assignment.name, std::move(value));
}

}  // namespace drydock::userland::sh
