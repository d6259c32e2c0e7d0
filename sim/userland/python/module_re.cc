// module_re.cc — re's engine: Perl's expressions, matched by backtracking.
//
// The pattern becomes a tree whose nodes know what follows them; matching
// walks it with an explicit bound on steps, so that a bad pattern ends in an
// error and not in a hang.

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"
#include "sim/userland/python/regex.h"
#include "sim/userland/python/sequence.h"

namespace drydock::userland::python {

namespace {

struct Pattern final : Object {
  Pattern(Type* of, std::shared_ptr<const regex::Program> what)
      : Object(of), program(std::move(what)) {}
  std::shared_ptr<const regex::Program> program;
};

/// compile(pattern, flags): an object for search() below.
Value re_compile(NativeCall& call) {
  const std::string* const text = text_of(call, 0);
  const auto flags = text ? call.py.index(call.args[1]) : std::nullopt;
  if (!flags) return nullptr;
  auto program = regex::compile(*text, static_cast<int>(*flags));
  if (!program) return call.py.raise("ValueError", program.error().text);
  const Value type = call.py.builtins->fields
                         ? *call.py.builtins->fields->table.find(
                               call.py.intern("_sre_type").get())
                         : Value();
  return call.py.heap.make<Pattern>(as<Type>(type), *program);
}

/// groups(pattern): (count, {name: number})
Value re_groups(NativeCall& call) {
  const auto& pattern = static_cast<const Pattern&>(*call.args[0]);
  const Ref<Dict> names = call.py.dict();
  for (const auto& [name, number] : pattern.program->names) {
    names->table.set(call.py.intern(name), call.py.integer(number));
  }
  return call.py.tuple({call.py.integer(pattern.program->groups), names});
}

/// run(pattern, text, from, to, anchored): None, or a list of positions: the
/// begin and end of each group, -1 where it took no part.
Value re_run(NativeCall& call) {
  Interpreter& py = call.py;
  const auto& pattern = static_cast<const Pattern&>(*call.args[0]);
  const Str* const text = as<Str>(call.args[1]);
  if (!text) {
    return py.raise("TypeError", "expected string or buffer");
  }
  const auto from = py.index(call.args[2]);
  const auto to = from ? py.index(call.args[3]) : std::nullopt;
  if (!to) return nullptr;
  const std::int64_t end = std::clamp<std::int64_t>(*to, 0, text->length());
  const std::int64_t begin = std::max<std::int64_t>(*from, 0);
  if (begin > end) return py.none;
  const bool anchored = py.truth(call.args[4]) == 1;
  const std::string_view subject =
      std::string_view(text->text).substr(0, byte_offset(*text, end));
  std::vector<std::int64_t> spans;
  const regex::Outcome found = regex::run(
      *pattern.program, subject, byte_offset(*text, begin), anchored, &spans);
  if (found == regex::Outcome::exhausted) {
    return py.raise("RuntimeError",
                    "drydock: python: this pattern took too many steps");
  }
  if (found == regex::Outcome::no) return py.none;
  Values positions;
  for (const std::int64_t at : spans) {
    positions.push_back(py.integer(
        at < 0 ? -1 : character_of(*text, static_cast<std::size_t>(at))));
  }
  return py.list(std::move(positions));
}

constexpr NativeRow kSre[] = {
    {"compile", 2, 2, re_compile},
    {"groups", 1, 1, re_groups},
    {"run", 5, 5, re_run},
};

}  // namespace

Value make_re_module(Interpreter& py) {
  const Ref<Module> module = module_of(py, "_sre", kSre);
  const Ref<Type> type =
      py.make_type("_sre.Program", py.types.object.get(), Layout::foreign);
  type->may_be_base = false;
  py.set(*py.builtins, "_sre_type", type);
  return module;
}

}  // namespace drydock::userland::python
