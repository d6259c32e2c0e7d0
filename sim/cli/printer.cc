// printer.cc — rows into tables and templates.

#include "sim/cli/printer.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/table.h"
#include "sim/cli/template/template.h"

namespace drydock::cli {

namespace {

Table empty_table(const Profile& profile, const Listing& listing) {
  Table table;
  table.width_min = listing.width_min > 0 ? listing.width_min
                                          : profile.formats.table_width_min;
  return table;
}

std::size_t column_index(const Listing& listing, std::string_view field) {
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    if (listing.columns[i].field == field) return i;
  }
  return 0;
}

/// No template: cells straight from the rows.
std::string default_table(const Profile& profile, const Listing& listing) {
  Table table = empty_table(profile, listing);
  std::vector<std::size_t> indexes;
  List titles;
  for (const std::string_view field : listing.shown) {
    indexes.push_back(column_index(listing, field));
    titles.emplace_back(listing.columns[indexes.back()].title);
  }
  table.rows.push_back(std::move(titles));
  for (const List& row : listing.rows) {
    List cells;
    for (const std::size_t index : indexes) cells.push_back(row[index]);
    table.rows.push_back(std::move(cells));
  }
  return table.text();
}

Value row_value(const Listing& listing, const List& row) {
  std::vector<Field> fields;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    Field field;
    field.name = listing.columns[i].field;
    field.value = Value(row[i]);
    fields.push_back(std::move(field));
  }
  std::ranges::stable_sort(
      fields, [](const Field& a, const Field& b) { return a.name < b.name; });
  return Value::structure(listing.type, std::move(fields)).pointer();
}

Value title_value(const Listing& listing) {
  std::vector<std::pair<std::string, Value>> titles;
  for (const Column& column : listing.columns) {
    titles.emplace_back(std::string(column.field),
                        Value(std::string(column.title)));
  }
  std::ranges::stable_sort(
      titles, [](const auto& a, const auto& b) { return a.first < b.first; });
  return Value::map(std::move(titles));
}

/// What a label would be called in a title: "com.example.some" -> "some".
std::map<std::string, std::string> label_titles(const Listing& listing) {
  std::map<std::string, std::string> titles;
  for (const auto& labels : listing.labels) {
    for (const auto& [key, value] : labels) {
      std::string title = key.substr(key.rfind('.') + 1);
      for (char& c : title) {
        if (c == '-' || c == '_') c = ' ';
      }
      titles[key] = title;
    }
  }
  return titles;
}

}  // namespace

std::string unescaped(std::string_view format) {
  return replace_all(replace_all(format, "\\t", "\t"), "\\n", "\n");
}

Result<std::string> listed(const Profile& profile, const Listing& listing,
                           std::string_view format) {
  if (format.empty() || format == "table") {
    return default_table(profile, listing);
  }
  const bool is_table = format.starts_with("table ");
  if (is_table) format.remove_prefix(6);
  const Result<Template> parsed =
      Template::parse(unescaped(is_table ? trim(format) : format));
  if (!parsed) {
    return Error{std::string(profile.formats.template_error) +
                 parsed.error().text};
  }
  TemplateOptions options;
  options.escape_html = false;
  Table table = empty_table(profile, listing);
  std::string text;
  const auto add = [&](const Value& data) -> Outcome {
    const Result<std::string> line = parsed->execute(data, options);
    if (!line) {
      return Error{std::string(profile.formats.template_error) +
                   line.error().text};
    }
    if (is_table) {
      for (const std::string& piece : split(*line, '\n')) {
        table.rows.push_back(split(piece, '\t'));
      }
    } else {
      text += *line + "\n";
    }
    return done();
  };
  if (is_table) {
    options.methods["Label"] = label_titles(listing);
    const Outcome added = add(title_value(listing));
    if (!added) return added.error();
  }
  for (std::size_t i = 0; i < listing.rows.size(); ++i) {
    options.methods.clear();
    if (i < listing.labels.size()) {
      options.methods["Label"] = listing.labels[i];
    }
    const Outcome added = add(row_value(listing, listing.rows[i]));
    if (!added) return added.error();
  }
  return is_table ? table.text() : text;
}

Task<int> print_listing(Call& call, Listing listing, std::string format) {
  const Result<std::string> text = listed(call.at().profile, listing, format);
  if (!text) {
    co_return co_await end_complaining(call.at(), text.error().text);
  }
  co_return co_await end_saying(call.at(), *text);
}

}  // namespace drydock::cli
