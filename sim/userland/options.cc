// options.cc — getopt_long(3): its rules and its words.

#include "sim/userland/options.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/vfs/walk.h"

namespace drydock::userland {

namespace {

enum class Takes { nothing, value, perhaps };

struct Item {
  char letter = 0;
  std::string name;
  Takes takes = Takes::nothing;

  std::string key() const { return letter ? std::string(1, letter) : name; }
};

Item parse_item(std::string_view text) {
  Item item;
  if (text.ends_with('=') || text.ends_with('?')) {
    item.takes = text.back() == '=' ? Takes::value : Takes::perhaps;
    // "?" alone and "=" alone would be letters; no program has them.
    text.remove_suffix(1);
  }
  if (text.size() == 1 || (text.size() > 1 && text[1] == ' ')) {
    item.letter = text.front();
    text.remove_prefix(std::min<std::size_t>(2, text.size()));
  }
  item.name = text;
  return item;
}

std::vector<Item> parse_items(std::string_view items) {
  std::vector<Item> all;
  for (const std::string& piece : split(items, ',')) {
    const std::string_view text = trim(piece);
    if (!text.empty()) all.push_back(parse_item(text));
  }
  return all;
}

class Reader {
 public:
  Reader(const List& words, std::string_view items)
      : words_(words), items_(parse_items(items)) {}

  Options read(Order order) {
    while (at_ < words_.size() && !out_.error) {
      const std::string& word = words_[at_++];
      if (word == "--") break;
      if (word.size() < 2 || word[0] != '-') {
        out_.operands.push_back(word);
        if (order == Order::stop_at_operand) break;
      } else if (word[1] == '-') {
        long_option(std::string_view(word).substr(2));
      } else {
        bundle(std::string_view(word).substr(1));
      }
    }
    while (at_ < words_.size()) out_.operands.push_back(words_[at_++]);
    return std::move(out_);
  }

 private:
  void give(const Item& item, std::optional<std::string> value) {
    const bool has_value = value.has_value();
    out_.given.push_back({item.key(), value.value_or(""), has_value});
  }

  void bundle(std::string_view letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const auto item = std::ranges::find(items_, letters[i], &Item::letter);
      if (item == items_.end()) {
        out_.error = fmt::format("invalid option -- '{}'", letters[i]);
        return;
      }
      if (item->takes == Takes::nothing) {
        give(*item, std::nullopt);
        continue;
      }
      short_value(*item, letters.substr(i + 1));
      return;
    }
  }

  void short_value(const Item& item, std::string_view attached) {
    if (!attached.empty()) return give(item, std::string(attached));
    if (item.takes == Takes::perhaps) return give(item, std::nullopt);
    if (at_ < words_.size()) return give(item, words_[at_++]);
    out_.error =
        fmt::format("option requires an argument -- '{}'", item.letter);
  }

  void long_option(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const Item* const item = find_long(word, name);
    if (!item) return;
    if (equals != word.npos) {
      if (item->takes != Takes::nothing) {
        return give(*item, std::string(word.substr(equals + 1)));
      }
      out_.error =
          fmt::format("option '--{}' doesn't allow an argument", item->name);
    } else if (item->takes != Takes::value) {
      give(*item, std::nullopt);
    } else if (at_ < words_.size()) {
      give(*item, words_[at_++]);
    } else {
      out_.error =
          fmt::format("option '--{}' requires an argument", item->name);
    }
  }

  const Item* find_long(std::string_view word, std::string_view name) {
    std::vector<const Item*> found;
    for (const Item& item : items_) {
      if (item.name.empty()) continue;
      if (item.name == name) return &item;
      if (item.name.starts_with(name)) found.push_back(&item);
    }
    const bool same = std::ranges::all_of(found, [&](const Item* item) {
      return item->key() == found.front()->key();
    });
    if (!found.empty() && same) return found.front();
    if (found.empty()) {
      out_.error = fmt::format("unrecognized option '--{}'", word);
      return nullptr;
    }
    std::string text =
        fmt::format("option '--{}' is ambiguous; possibilities:", word);
    for (const Item* item : found) text += fmt::format(" '--{}'", item->name);
    out_.error = text;
    return nullptr;
  }

  const List& words_;
  std::vector<Item> items_;
  std::size_t at_ = 0;
  Options out_;
};

// The versions that Debian 8 shipped.
std::string version_of(std::string_view family, std::string_view name) {
  struct Row {
    std::string_view family, text;
  };
  // clang-format off
  static constexpr Row kVersions[] = {
      {"gnu",        "{} (GNU coreutils) 8.23"},
      {"procps",     "{} from procps-ng 3.3.9"},
      {"util-linux", "{} from util-linux 2.25.2"},
  };
  // clang-format on
  for (const Row& row : kVersions) {
    if (row.family != family) continue;
    return replace_all(row.text, "{}", name) + "\n";
  }
  return fmt::format("{} ({})\n", name, family);
}

std::string usage_of(std::string_view name, const About& about,
                     std::string_view items) {
  std::string text = fmt::format("Usage: {} {}\n", name, about.usage);
  const std::vector<Item> all = parse_items(items);
  if (!all.empty()) text += "\n";
  for (const Item& item : all) {
    std::string line = item.letter ? fmt::format("  -{}", item.letter) : "    ";
    if (!item.name.empty()) {
      line += fmt::format("{} --{}", item.letter ? "," : " ", item.name);
    }
    if (item.takes == Takes::value) line += item.name.empty() ? " ARG" : "=ARG";
    if (item.takes == Takes::perhaps) line += "[=ARG]";
    text += line + "\n";
  }
  return text;
}

// A short name for messages that name the program by its path's end.
std::string short_name(const Output& out) { return vfs::base_name(out.name()); }

}  // namespace

bool Options::has(std::string_view key) const {
  return std::ranges::find(given, key, &Option::key) != given.end();
}

std::optional<std::string> Options::value(std::string_view key) const {
  std::optional<std::string> last;
  for (const Option& option : given) {
    if (option.key == key && option.has_value) last = option.value;
  }
  return last;
}

std::string Options::last_of(const List& keys) const {
  std::string last;
  for (const Option& option : given) {
    if (std::ranges::find(keys, option.key) != keys.end()) last = option.key;
  }
  return last;
}

Options parse_options(const List& arguments, std::string_view items,
                      Order order) {
  return Reader(arguments, items).read(order);
}

void advise(Output& out, const About& about) {
  if (!out.busybox()) {
    out.complain_plain(
        fmt::format("Try '{} --help' for more information.\n", out.name()));
    return;
  }
  out.complain_plain(fmt::format(
      "BusyBox v1.24.1 (2015-10-12 08:00:00 UTC) multi-call binary.\n\n{}",
      usage_of(out.name(), about, about.busybox)));
}

int refuse(Output& out, const About& about, std::string_view complaint) {
  if (!out.busybox()) out.complain(complaint);
  advise(out, about);
  return out.busybox() ? 1 : about.refusal;
}

CommandLine read_command_line(Output& out, const About& about) {
  List words = out.self().argv();
  if (!words.empty()) words.erase(words.begin());
  return read_words(out, about, words);
}

CommandLine read_words(Output& out, const About& about, const List& words) {
  std::string items(out.busybox() ? about.busybox : about.gnu);
  const std::string version = out.busybox() ? "" : ", version";
  CommandLine line;
  static_cast<Options&>(line) =
      parse_options(words, items + ", help" + version, about.order);
  if (line.error) {
    out.complain(*line.error);
    advise(out, about);
    line.status = out.busybox() ? 1 : about.refusal;
  } else if (line.has("help")) {
    out.say(usage_of(out.name(), about, items));
    line.status = 0;
  } else if (line.has("version")) {
    const std::string_view id = out.self().program_id();
    const std::string_view family = id.substr(0, id.find('/'));
    out.say(version_of(family, short_name(out)));
    line.status = 0;
  }
  return line;
}

}  // namespace drydock::userland
