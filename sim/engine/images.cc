// images.cc — `docker images`, `history`, `tag`, `inspect` of an image.

#include <algorithm>
#include <array>
#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/explain.h"
#include "sim/engine/inspect.h"

namespace drydock::engine {

Answer<ImageRef> Engine::find_image(std::string_view typed) const {
  const Answer<image::Found> found = image_named(typed);
  if (!found) return found.error();
  return found->image;
}

/// The same for verbs whose message names the image as 1.8's graph did.
Answer<ImageRef> Engine::graph_image(std::string_view typed) const {
  const image::Found found = images_.find(typed, rules_.grammar);
  if (found.image) return found.image;
  const auto name = image::parse_reference(typed, rules_.grammar);
  const std::string shown = rules_.content_ids && name
                                ? name->with_default_tag().str()
                                : std::string(typed);
  return rules_.fault(Fault::Kind::not_found, Object::image,
                      Message::image_not_found, fmt::arg("typed", shown));
}

std::vector<ImageRef> Engine::children_of(std::string_view id) const {
  std::vector<ImageRef> children;
  for (const std::string& child : images_.children(id)) {
    children.push_back(images_.get(child));
  }
  std::stable_sort(children.begin(), children.end(),
                   [](const ImageRef& a, const ImageRef& b) {
                     return image::is_newer(*a, *b);
                   });
  return children;
}

namespace {

constexpr std::array<std::string_view, 2> kOldFilters = {"dangling", "label"};
constexpr std::array<std::string_view, 5> kNewFilters = {
    "before", "dangling", "label", "reference", "since"};

bool has_label(const Image& image, const std::string& label) {
  if (!image.config.labels) return false;
  const std::size_t equals = label.find('=');
  const auto entry = image.config.labels->find(label.substr(0, equals));
  return entry != image.config.labels->end() &&
         (equals == std::string::npos ||
          entry->second == label.substr(equals + 1));
}

/// A glob on the repository, or (20.10) on repository:tag.
bool is_meant(const image::Reference& name, const std::string& pattern,
              bool with_tags) {
  if (matches(pattern, name.repository)) return true;
  return with_tags && matches(pattern, name.str());
}

std::optional<bool> truth_of(const std::string& text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

}  // namespace

std::optional<Fault> Engine::images_filter_fault(const Filters& filters) const {
  for (const auto& [key, values] : filters) {
    const bool known =
        rules_.content_ids
            ? std::ranges::find(kNewFilters, key) != kNewFilters.end()
            : std::ranges::find(kOldFilters, key) != kOldFilters.end();
    if (!known) {
      return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                          Message::filter_invalid, fmt::arg("typed", key));
    }
    if (key != "dangling") continue;
    for (const std::string& value : values) {
      if (truth_of(value)) continue;
      if (!rules_.content_ids) continue;  // 1.8 takes it for false.
      return rules_.fault(Fault::Kind::bad_parameter, Object::none,
                          Message::filter_value_invalid, fmt::arg("typed", key),
                          fmt::arg("why", value));
    }
  }
  return std::nullopt;
}

Answer<std::vector<ImageSummary>> Engine::images(ImagesRequest request) const {
  const std::optional<Fault> fault = images_filter_fault(request.filters);
  if (fault) return *fault;
  const auto values_of = [&](const std::string& key) {
    const auto values = request.filters.find(key);
    return values == request.filters.end() ? List{} : values->second;
  };
  std::vector<ImageRef> before, since;
  for (const std::string& typed : values_of("before")) {
    const Answer<ImageRef> image = graph_image(typed);
    if (!image) return image.error();
    before.push_back(*image);
  }
  for (const std::string& typed : values_of("since")) {
    const Answer<ImageRef> image = graph_image(typed);
    if (!image) return image.error();
    since.push_back(*image);
  }
  List patterns = values_of("reference");
  if (!request.pattern.empty()) patterns.push_back(request.pattern);
  std::optional<bool> dangling;
  for (const std::string& value : values_of("dangling")) {
    dangling = truth_of(value).value_or(false);
  }
  const List labels = values_of("label");
  std::vector<ImageSummary> rows;
  for (const ImageRef& image : images_.all()) {
    const bool in_time =
        std::ranges::all_of(before,
                            [&](const ImageRef& mark) {
                              return image::is_newer(*mark, *image);
                            }) &&
        std::ranges::all_of(since, [&](const ImageRef& mark) {
          return image::is_newer(*image, *mark);
        });
    const bool labelled = std::ranges::all_of(
        labels,
        [&](const std::string& label) { return has_label(*image, label); });
    if (!in_time || !labelled) continue;
    std::optional<ImageSummary> row =
        summary_of(*image, patterns, dangling, request.all);
    if (row) rows.push_back(std::move(*row));
  }
  return rows;
}

/// The image's row, or nothing if it is not to be shown.
std::optional<ImageSummary> Engine::summary_of(const Image& image,
                                               const List& patterns,
                                               std::optional<bool> dangling,
                                               bool all) const {
  ImageSummary row;
  const std::vector<image::Reference> names = images_.names_of(image.id);
  for (const image::Reference& name : names) {
    const bool meant =
        patterns.empty() ||
        std::ranges::any_of(patterns, [&](const std::string& pattern) {
          return is_meant(name, pattern, rules_.listing_by_references);
        });
    if (!meant) continue;
    (name.digest.empty() ? row.tags : row.digests).push_back(name.str());
  }
  const bool named = !row.tags.empty() || !row.digests.empty();
  const bool has_children = !images_.children(image.id).empty();
  if (!named && !patterns.empty()) return std::nullopt;
  // Untagged ones below others are steps on the way, shown with -a only.
  if (!named && has_children && !all) return std::nullopt;
  const bool is_dangling = names.empty() && !has_children;
  if (dangling && *dangling != is_dangling) return std::nullopt;
  row.id = image.id;
  row.parent = image.parent;
  row.created = image.created;
  row.size = rules_.content_ids ? image.virtual_size : image.size;
  row.virtual_size = image.virtual_size;
  row.labels = image.config.labels.value_or(StringMap{});
  const auto users = users_.find(image.id);
  row.containers = users == users_.end()
                       ? 0
                       : static_cast<std::int64_t>(users->second.size());
  return row;
}

Answer<std::vector<HistoryRow>> Engine::history(std::string_view typed) const {
  const Answer<ImageRef> found = graph_image(typed);
  if (!found) return found.error();
  std::vector<HistoryRow> rows;
  ImageRef at = *found;
  const auto tags_of = [&](const std::string& id) {
    List tags;
    for (const image::Reference& name : images_.names_of(id)) {
      if (name.digest.empty()) tags.push_back(name.str());
    }
    return tags;
  };
  if (!rules_.content_ids) {
    for (const ImageRef& image : images_.ancestry(**found)) {
      rows.push_back({image->id, image->created,
                      join(image->container_config.cmd.value_or(List{}), " "),
                      image->comment, image->size, tags_of(image->id)});
    }
    return rows;
  }
  const auto& entries = (*found)->history;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    HistoryRow row{"<missing>",    entry->created, entry->created_by,
                   entry->comment, entry->size,    {}};
    if (at) {
      row.id = at->id;
      row.tags = tags_of(at->id);
      at = images_.parent_of(*at);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Answer<Value> Engine::inspect_image(std::string_view typed) {
  const image::Found found = images_.find(typed, rules_.grammar);
  if (!found.image) {
    return rules_.fault(Fault::Kind::not_found, Object::image,
                        Message::no_such_image, fmt::arg("typed", typed));
  }
  ImageNames names;
  for (const image::Reference& name : images_.names_of(found.image->id)) {
    (name.digest.empty() ? names.tags : names.digests).push_back(name.str());
  }
  const InspectContext context{rules_, host_, {}, {}, {}};
  return image_value(*found.image, names, context);
}

Task<Done> Engine::tag(std::string source, std::string target, bool force) {
  const auto name = image::parse_new_reference(target, rules_.grammar);
  if (!name) co_return Fault{Fault::Kind::bad_parameter, name.error().text};
  const Answer<ImageRef> image = graph_image(source);
  if (!image) co_return image.error();
  const image::Reference full = name->with_default_tag();
  const ImageRef present = images_.tagged(full);
  if (present && rules_.tag_needs_force && !force) {
    co_return rules_.fault(Fault::Kind::conflict, Object::tag,
                           Message::tag_taken, fmt::arg("tag", full.tag),
                           fmt::arg("id", present->id));
  }
  name_image(full, (*image)->id);
  co_await keep_changes();
  co_return did_it();
}

Task<Answer<std::string>> Engine::add_image(Image image, ByteSource* tar) {
  if (const ImageRef parent = images_.get(image.parent)) {
    if (image.history.empty()) image.history = parent->history;
    image.diff_ids = parent->diff_ids;
    image.layer = parent->layer;
  }
  image::HistoryEntry entry;
  entry.created = image.created;
  entry.created_by = join(image.container_config.cmd.value_or(List{}), " ");
  entry.comment = image.comment;
  entry.author = image.author;
  entry.empty_layer = true;
  if (tar) {
    const LayerId fresh = backend_.ids().next();
    const Result<LayerInfo> layer =
        co_await backend_.import_layer(*tar, fresh, image.layer);
    if (!layer) co_return Fault{Fault::Kind::internal, layer.error().text};
    explain(backend_, StepKind::layer_imported, "layer", fresh, "size",
            layer->size);
    const Answer<std::string> adopted =
        co_await adopt_layer(*layer, image.layer);
    if (!adopted) co_return adopted.error();
    if (*adopted != image.layer) {
      image.layer = *adopted;
      image.size = entry.size = layer->size;
      image.diff_ids.push_back(layer->diff_id);
      entry.empty_layer = false;
    }
  }
  image.history.push_back(std::move(entry));
  const std::string id = finish_image(std::move(image));
  co_await keep_changes();
  co_return id;
}

}  // namespace drydock::engine
