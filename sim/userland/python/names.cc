// names.cc — binding a name to a value, and letting it go.

#include <fmt/format.h>

#include "sim/userland/python/evaluator.h"

namespace drydock::userland::python {

bool store_name(Interpreter&, Frame& frame, const Ref<Str>& name,
                const Place& place, Value value) {
  switch (place.kind) {
    case Place::Kind::local:
      frame.scope->slots[static_cast<std::size_t>(place.slot)] =
          std::move(value);
      break;
    case Place::Kind::outer: {
      Scope* scope = frame.scope.get();
      for (std::int32_t i = 0; i < place.depth; ++i) scope = scope->up.get();
      scope->slots[static_cast<std::size_t>(place.slot)] = std::move(value);
      break;
    }
    case Place::Kind::by_name:
      frame.names->table.set(name, std::move(value));
      break;
    case Place::Kind::global:
      frame.globals->table.set(name, std::move(value));
      break;
  }
  return true;
}

bool delete_name(Interpreter& py, Frame& frame, const Ref<Str>& name,
                 const Place& place) {
  bool had = false;
  if (place.kind == Place::Kind::local || place.kind == Place::Kind::outer) {
    Scope* scope = frame.scope.get();
    for (std::int32_t i = 0;
         place.kind == Place::Kind::outer && i < place.depth; ++i) {
      scope = scope->up.get();
    }
    Value& slot = scope->slots[static_cast<std::size_t>(place.slot)];
    had = bool(slot);
    slot = nullptr;
  } else {
    Dict& names =
        place.kind == Place::Kind::by_name ? *frame.names : *frame.globals;
    had = names.table.erase(name.get());
  }
  if (had) return true;
  if (place.kind == Place::Kind::local) {
    py.raise("UnboundLocalError",
             fmt::format("local variable '{}' referenced before assignment",
                         name->text));
  } else {
    py.raise("NameError", fmt::format("name '{}' is not defined", name->text));
  }
  return false;
}

}  // namespace drydock::userland::python
