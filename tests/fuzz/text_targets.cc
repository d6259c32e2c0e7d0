// text_targets.cc — Dockerfiles, templates, JSON arrays, pages, references.

#include <array>
#include <string>

#include "sim/base/value.h"
#include "sim/builder/dockerfile.h"
#include "sim/cli/template/template.h"
#include "sim/image/config.h"
#include "sim/image/reference.h"
#include "sim/scenario/page.h"
#include "sim/scenario/pattern.h"
#include "tests/fuzz/targets.h"

namespace drydock::fuzz {

namespace {

constexpr std::array kGrammars = {image::Grammar::docker_1_8,
                                  image::Grammar::docker_20_10};

/// Something of every kind for a template to look at.
Value sample() {
  return Value::structure(
      "", {{"ID", "4a5b"},
           {"Size", std::int64_t{42}},
           {"Names", Value::strings({"a", "b"})},
           {"State", Value::structure("", {{"Running", true}})},
           {"Labels", Value::map({{"k", "v"}, {"a.b", "<&>"}})}});
}

}  // namespace

void feed_dockerfile(std::string_view bytes) {
  for (const image::Grammar grammar : kGrammars) {
    const builder::BuilderRules& rules = builder::rules_of(grammar);
    const auto file = builder::parse_dockerfile(bytes, rules);
    if (!file) continue;
    const auto again = builder::parse_dockerfile(builder::print(*file), rules);
    demand(bool(again), "a printed Dockerfile can be read");
    demand(again->instructions.size() == file->instructions.size(),
           "a printed Dockerfile has the same instructions");
  }
}

void feed_template(std::string_view bytes) {
  const auto parsed = cli::Template::parse(std::string(bytes));
  if (!parsed) return;
  static const Value value = sample();
  for (const bool raw : {false, true}) {
    cli::TemplateOptions options;
    options.raw = options.escape_html = raw;
    options.methods = {{"Label", {{"k", "v"}}}};
    const auto once = parsed->execute(value, options);
    const auto twice = parsed->execute(value, options);
    demand(bool(once) == bool(twice), "a template says the same");
    if (once) demand(*once == *twice, "a template prints the same");
  }
}

void feed_json_array(std::string_view bytes) {
  List strings;
  (void)builder::read_json_array(bytes, strings);
  (void)image::parse_image_json(bytes);
}

void feed_page(std::string_view bytes) {
  const auto page = scenario::parse_page("page.md", bytes);
  if (!page) return;
  scenario::Renaming renaming;
  for (const scenario::Block& block : page->blocks) {
    for (const std::string& line : block.lines) {
      const auto pattern = scenario::parse_pattern(line, {});
      (void)scenario::matches_lines({pattern}, {line, "root@0123456789ab:/# "},
                                    renaming);
      (void)scenario::match_front(line, "root@622ac5689680:/# ", renaming);
    }
  }
}

void feed_reference(std::string_view bytes) {
  for (const image::Grammar grammar : kGrammars) {
    (void)image::parse_new_reference(bytes, grammar);
    const auto reference = image::parse_reference(bytes, grammar);
    if (!reference) continue;
    const auto again = image::parse_reference(reference->str(), grammar);
    demand(bool(again), "a printed reference can be read");
    demand(*again == *reference, "a printed reference is the same");
  }
}

}  // namespace drydock::fuzz
