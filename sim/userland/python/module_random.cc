// module_random.cc — the Mersenne Twister (Matsumoto, Nishimura 1998), seeded
// as CPython does, so that random.seed(42) gives what it gives everywhere.

#include <array>

#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/modules.h"

namespace drydock::userland::python {

namespace {

constexpr std::size_t kWords = 624, kMiddle = 397;

struct Twister final : Object {
  explicit Twister(Type* of) : Object(of) {}
  std::array<std::uint32_t, kWords> state{};
  std::size_t at = kWords;

  void seed_word(std::uint32_t seed) {
    state[0] = seed;
    for (std::size_t i = 1; i < kWords; ++i) {
      state[i] = 1812433253U * (state[i - 1] ^ (state[i - 1] >> 30)) +
                 static_cast<std::uint32_t>(i);
    }
    at = kWords;
  }

  void seed_words(const std::vector<std::uint32_t>& key) {
    seed_word(19650218U);
    std::size_t i = 1, j = 0;
    for (std::size_t k = std::max(kWords, key.size()); k; --k) {
      state[i] =
          (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1664525U)) +
          key[j] + static_cast<std::uint32_t>(j);
      if (++i >= kWords) state[0] = state[kWords - 1], i = 1;
      if (++j >= key.size()) j = 0;
    }
    for (std::size_t k = kWords - 1; k; --k) {
      state[i] =
          (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1566083941U)) -
          static_cast<std::uint32_t>(i);
      if (++i >= kWords) state[0] = state[kWords - 1], i = 1;
    }
    state[0] = 0x80000000U;
  }

  std::uint32_t next() {
    if (at >= kWords) refill();
    std::uint32_t y = state[at++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    return y ^ (y >> 18);
  }

  void refill() {
    for (std::size_t i = 0; i < kWords; ++i) {
      const std::uint32_t y =
          (state[i] & 0x80000000U) | (state[(i + 1) % kWords] & 0x7fffffffU);
      state[i] =
          state[(i + kMiddle) % kWords] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfU : 0U);
    }
    at = 0;
  }
};

Twister* self_of(NativeCall& call) {
  if (call.args[0]->type->name != "Random") {
    call.py.raise("TypeError", "a Random is required");
    return nullptr;
  }
  return static_cast<Twister*>(call.args[0].get());
}

Value make(NativeCall& call) {
  return call.py.heap.make<Twister>(as<Type>(call.args[0]));
}

/// seed(number): None takes the machine's own chance.
Value seed(NativeCall& call) {
  Twister* const self = self_of(call);
  if (!self) return nullptr;
  std::uint64_t number = 0;
  if (call.count() < 2 || call.args[1] == call.py.none) {
    number = call.py.process().random();
  } else {
    const auto given = call.py.index(call.args[1]);
    if (!given) return nullptr;
    number = static_cast<std::uint64_t>(*given < 0 ? -*given : *given);
  }
  std::vector<std::uint32_t> key;
  for (; number; number >>= 32) {
    key.push_back(static_cast<std::uint32_t>(number));
  }
  if (key.empty()) key.push_back(0);
  self->seed_words(key);
  return call.py.none;
}

Value random_real(NativeCall& call) {
  Twister* const self = self_of(call);
  if (!self) return nullptr;
  const std::uint32_t a = self->next() >> 5, b = self->next() >> 6;
  return call.py.real((a * 67108864.0 + b) / 9007199254740992.0);
}

Value random_bits(NativeCall& call) {
  Twister* const self = self_of(call);
  const auto bits = self ? call.py.index(call.args[1]) : std::nullopt;
  if (!bits) return nullptr;
  if (*bits <= 0) {
    return call.py.raise("ValueError",
                         "number of bits must be greater than zero");
  }
  if (*bits > 62) return call.py.refuse("getrandbits() of more than 62 bits");
  std::uint64_t all = 0;
  for (std::int64_t done = 0; done < *bits; done += 32) {
    std::uint64_t word = self->next();
    if (*bits - done < 32) word >>= 32 - (*bits - done);
    all |= word << done;
  }
  return call.py.integer(static_cast<std::int64_t>(all));
}

constexpr NativeRow kRandom[] = {
    {"__new__", 1, -1, make},
    {"seed", 1, 2, seed},
    {"random", 1, 1, random_real},
    {"getrandbits", 2, 2, random_bits},
};

}  // namespace

Value make_random_module(Interpreter& py) {
  const Ref<Module> module = py.module("_random");
  const Ref<Type> type =
      py.make_type("Random", py.types.object.get(), Layout::foreign);
  type->may_be_base = false;
  py.add_functions(*type, kRandom);
  py.set(*module, "Random", type);
  return module;
}

}  // namespace drydock::userland::python
