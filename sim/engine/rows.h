// rows.h — the engine's records as rows of JSON, for stores that outlive it.
//
// Nothing is lost and nothing is derived: what is written is read back equal.
// Fields that a row does not have keep the value they were made with, so that
// an older store can be read by a newer engine.

#pragma once

#include <string>
#include <string_view>

#include "sim/engine/container.h"
#include "sim/engine/events.h"
#include "sim/engine/networks.h"
#include "sim/engine/volumes.h"
#include "sim/image/store.h"

namespace drydock::engine {

/// Of a container, its image by id; execs end with their engine and are not
/// kept.
std::string to_row(const Container& container);
std::string to_row(const Image& image);
std::string to_row(const image::LayerStore::Entry& layer);
std::string to_row(const Volume& volume);
/// Of a network, what it is; who is in it, the rows of containers know.
std::string to_row(const Network& network);
std::string to_row(const EventRecord& event);
std::string to_row(const std::map<std::string, ContainerId>& links);

/// The way back, into a value that was just made; false: no such row.  The
/// image of a container is answered by its id.
bool from_row(std::string_view json, Container* container, std::string* image);
bool from_row(std::string_view json, Image* image);
bool from_row(std::string_view json, image::LayerStore::Entry* layer);
bool from_row(std::string_view json, Volume* volume);
/// Its pool of addresses is the reader's to make, from `gateway` on.
bool from_row(std::string_view json, Network* network, std::string* gateway);
bool from_row(std::string_view json, EventRecord* event);
bool from_row(std::string_view json, std::map<std::string, ContainerId>* links);

}  // namespace drydock::engine
