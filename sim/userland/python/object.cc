// object.cc — the heap, and the tables that dict and set are made of.

#include "sim/userland/python/object.h"

#include <cassert>

#include "sim/userland/python/interpreter.h"

namespace drydock::userland::python {

namespace {

/// Objects whose last reference went while another was being taken down.
std::vector<Object*>& condemned() {
  static std::vector<Object*> all;
  return all;
}

bool taking_down = false;

}  // namespace

void release(Object* object) {
  condemned().push_back(object);
  if (taking_down) return;
  taking_down = true;
  while (!condemned().empty()) {
    Object* const next = condemned().back();
    condemned().pop_back();
    next->type->heap.leave(*next);
    delete next;
  }
  taking_down = false;
}

Object::Object(Type* of) : type(of) {}
Object::~Object() = default;

void Object::clear() { fields = nullptr; }

void Heap::adopt(Object& object) {
  if (ring_ == nullptr) {
    ring_ = &object;
  } else {
    object.next = ring_;
    object.previous = ring_->previous;
    ring_->previous->next = &object;
    ring_->previous = &object;
  }
  bytes_ += kObjectBytes;
  object.serial = ++serial_;
}

void Heap::leave(Object& object) {
  if (ring_ == &object) ring_ = object.next == &object ? nullptr : object.next;
  object.previous->next = object.next;
  object.next->previous = object.previous;
  bytes_ -= kObjectBytes + object.charged;
}

Heap::~Heap() {
  // Everybody is held, then everybody lets go; then nobody refers to anybody.
  std::vector<Object*> all;
  Object* const first = ring_;
  for (Object* each = first; each != nullptr;) {
    all.push_back(each);
    each = each->next == first ? nullptr : each->next;
  }
  for (Object* const each : all) ++each->refs;
  for (Object* const each : all) each->clear();
  // Types last: each object still looks its own up.
  for (Object* const each : all) ++each->type->refs;
  std::vector<Object*> types;
  for (Object* const each : all) {
    if (each->type->layout == Layout::type) {
      types.push_back(each);
    } else {
      each->refs = 0;
      delete each;
    }
  }
  // Even the type of types is gone before the last of them looks.
  for (Object* const each : types) each->refs = 1 << 30;
  for (Object* const each : types) each->type = nullptr;
  for (Object* const each : types) delete each;
}

void Type::clear() {
  Object::clear();
  bases.clear();
  mro.clear();
}

bool Type::is_subtype_of(const Type* other) const {
  for (const Ref<Type>& each : mro) {
    if (each.get() == other) return true;
  }
  return false;
}

Value Type::find(const Str* attribute) const {
  for (const Ref<Type>& each : mro) {
    if (!each->fields) continue;
    if (const Value* const found = each->fields->table.find(attribute)) {
      return *found;
    }
  }
  return nullptr;
}

Str::Str(Type* of, std::string bytes) : Object(of), text(std::move(bytes)) {
  length_ = 0;
  for (const char c : text)
    length_ += (static_cast<unsigned char>(c) >> 6) != 2;
}

void List::clear() {
  Object::clear();
  items.clear();
}
void Tuple::clear() {
  Object::clear();
  items.clear();
}
void Dict::clear() {
  Object::clear();
  table.clear();
}
void Set::clear() {
  Object::clear();
  table.clear();
}
void Slice::clear() {
  Object::clear();
  start = stop = step = nullptr;
}
void Scope::clear() {
  Object::clear();
  up = nullptr;
  slots.clear();
}
void Function::clear() {
  Object::clear();
  code = nullptr;
  globals = nullptr;
  scope = nullptr;
  defaults.clear();
  keyword_defaults.clear();
}
void Method::clear() {
  Object::clear();
  self = function = nullptr;
}
void Exception::clear() {
  Object::clear();
  arguments.clear();
  cause = context = nullptr;
}
void Wrapper::clear() {
  Object::clear();
  get = set = remove = doc = nullptr;
}
void Super::clear() {
  Object::clear();
  after = start = nullptr;
  self = nullptr;
}
void Iterator::clear() {
  Object::clear();
  source = nullptr;
  sources.clear();
}

void View::clear() {
  Object::clear();
  dict = nullptr;
}

const Values* sequence_items(const Value& value) {
  if (const List* const list = as<List>(value)) return &list->items;
  if (const Tuple* const tuple = as<Tuple>(value)) return &tuple->items;
  return nullptr;
}

// --- Tables ----------------------------------------------------------------

std::int64_t Table::find(Interpreter& py, const Value& key, std::int64_t hash,
                         bool* ok) const {
  *ok = true;
  if (index_.empty()) return -1;
  const auto mask = static_cast<std::int64_t>(index_.size()) - 1;
  for (std::int64_t at = slot_of(hash);; at = (at + 1) & mask) {
    const std::int32_t position = index_[static_cast<std::size_t>(at)];
    if (position == 0) return -1;
    const Entry& entry = entries_[static_cast<std::size_t>(position - 1)];
    if (!entry.key || entry.hash != hash) continue;
    if (entry.key == key) return position - 1;
    const std::uint64_t version = version_;
    const Value held = entry.key;  // Comparing may change the table.
    const int same = py.equal(held, key);
    if (same < 0) *ok = false;
    if (same < 0 || version != version_) return -1;
    if (same > 0) return position - 1;
  }
}

const Value* Table::find(const Str* name) const {
  if (index_.empty()) return nullptr;
  const std::int64_t hash = hash_of(*name);
  const auto mask = static_cast<std::int64_t>(index_.size()) - 1;
  for (std::int64_t at = slot_of(hash);; at = (at + 1) & mask) {
    const std::int32_t position = index_[static_cast<std::size_t>(at)];
    if (position == 0) return nullptr;
    const Entry& entry = entries_[static_cast<std::size_t>(position - 1)];
    if (!entry.key || entry.hash != hash) continue;
    if (entry.key.get() == name) return &entry.value;
    const Str* const other = as<Str>(entry.key);
    if (other && other->text == name->text) return &entry.value;
  }
}

void Table::insert(Value key, std::int64_t hash, Value value) {
  if ((entries_.size() + 1) * 2 > index_.size()) rebuild();
  const auto mask = static_cast<std::int64_t>(index_.size()) - 1;
  std::int64_t at = slot_of(hash);
  while (index_[static_cast<std::size_t>(at)] != 0) at = (at + 1) & mask;
  entries_.push_back({hash, std::move(key), std::move(value)});
  index_[static_cast<std::size_t>(at)] =
      static_cast<std::int32_t>(entries_.size());
  ++live_;
  ++version_;
}

void Table::set(const Ref<Str>& name, Value value) {
  if (const Value* const old = find(name.get())) {
    const_cast<Value&>(*old) = std::move(value);
    return;
  }
  insert(name, hash_of(*name), std::move(value));
}

void Table::erase(std::int64_t position) {
  Entry& entry = entries_[static_cast<std::size_t>(position)];
  const Value key = std::exchange(entry.key, nullptr);
  const Value value = std::exchange(entry.value, nullptr);
  --live_;
  ++version_;
  if (live_ == 0) clear();
}

bool Table::erase(const Str* name) {
  const Value* const found = find(name);
  if (!found) return false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (&entries_[i].value != found) continue;
    erase(static_cast<std::int64_t>(i));
    return true;
  }
  return false;
}

void Table::clear() {
  const std::vector<Entry> old = std::exchange(entries_, {});
  index_.clear();
  live_ = 0;
  ++version_;
}

void Table::rebuild() {
  std::erase_if(entries_, [](const Entry& entry) { return !entry.key; });
  std::size_t size = 8;
  while (size < (entries_.size() + 1) * 4) size *= 2;
  index_.assign(size, 0);
  const auto mask = static_cast<std::int64_t>(size) - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::int64_t at = slot_of(entries_[i].hash);
    while (index_[static_cast<std::size_t>(at)] != 0) at = (at + 1) & mask;
    index_[static_cast<std::size_t>(at)] = static_cast<std::int32_t>(i + 1);
  }
}

}  // namespace drydock::userland::python
