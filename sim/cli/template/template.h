// template.h — Go's text/template over values: what --format runs.
//
//     const auto parsed = Template::parse("{{.Names}}");
//     const auto text = parsed->execute(container, options);

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/value.h"
#include "sim/cli/template/tree.h"

namespace drydock::cli {

struct TemplateOptions {
  /// Data came through JSON: fields by JSON name, nothing is `<no value>`, a
  /// missing one an error.
  bool raw = false;
  bool missing_is_error = false;
  bool escape_html = false;
  /// Go up to 1.4 cuts what it quotes in messages; 0: whole.
  std::size_t context_max = 0;
  /// Methods with one argument that the data has: {{.Label "k"}}.
  std::map<std::string, std::map<std::string, std::string>> methods;
};

class Template {
 public:
  static Result<Template> parse(std::string source);

  /// The error is Go's whole line, "template: :1:2: executing ...".
  Result<std::string> execute(const Value& data,
                              const TemplateOptions& options) const;

  /// Whether the template looks at this field of its data anywhere.
  bool uses(std::string_view field) const;

 private:
  explicit Template(tmpl::Tree tree) : tree_(std::move(tree)) {}

  tmpl::Tree tree_;
};

}  // namespace drydock::cli
