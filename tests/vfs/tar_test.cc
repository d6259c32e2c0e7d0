// tar_test.cc — archives of our own, and archives that mean harm.

#include <rapidcheck/catch.h>

#include <fmt/format.h>

#include "sim/vfs/tar_format.h"
#include "tests/vfs/archive.h"
#include "tests/vfs/history.h"

using namespace drydock;
using namespace drydock::vfs;

namespace {

struct Ground {
  HandClock clock;
  FileSystemRef fs = make_memory_fs(clock);

  std::string extracted(Bytes archive, ExtractOptions options = {}) {
    return answer(untar(std::move(archive), fs->root(), options));
  }
  Tree tree() { return tree_below(fs->root()); }
};

}  // namespace

TEST_CASE("what is written is read back, byte for byte the second time",
          "[tar][property]") {
  rc::prop("any tree survives the journey", [] {
    Ground here, there;
    Driver driver(here.fs->root(), here.clock);
    for (const Operation& operation : *any_history()) driver.run(operation);
    const Bytes archive = tar_of(here.fs->root());
    RC_ASSERT(there.extracted(archive) == "OK");
    RC_ASSERT(text_of(there.tree()) == text_of(here.tree()));
    RC_ASSERT(tar_of(there.fs->root()) == archive);
  });
}

TEST_CASE("a layer survives as an archive", "[tar][layer][property]") {
  rc::prop("read back over its parent, it looks and differs the same", [] {
    HandClock clock;
    LayerRef layer;
    const auto past = *rc::gen::container<std::vector<History>>(
        *rc::gen::inRange<std::size_t>(1, 5), any_history());
    for (const History& history : past) {
      const UnionMountRef mount = make_union_mount(layer, clock);
      Driver driver(mount->root(), clock);
      for (const Operation& operation : history) driver.run(operation);
      layer = mount->commit({});
    }
    const Bytes archive = tar_of_layer(layer);
    const auto twin = layer_of(archive, layer->parent(), clock);
    RC_ASSERT(answer(twin) == "OK");
    // A link whose other name was left below is a file of its own here.
    RC_ASSERT(text_of((*twin)->changes()) == text_of(layer->changes()));
    RC_ASSERT(text_of(tree_below((*twin)->merged()->root())) ==
              text_of(tree_below(layer->merged()->root())));
  });
}

TEST_CASE("hollow files travel as the few bytes they hold", "[tar]") {
  Ground here, there;
  must(create_hollow(*here.fs->root(), "libc.so", new_file(0755),
                     "\x7f"
                     "ELF",
                     std::int64_t{1} << 33));
  const Bytes archive = tar_of(here.fs->root());
  CHECK(archive.size() < 8192);
  CHECK(there.extracted(archive) == "OK");
  const Attributes back =
      must(there.fs->root()->lookup("libc.so"))->attributes();
  CHECK(back.size == std::int64_t{1} << 33);
  CHECK(back.stored == 4);
}

TEST_CASE("an absolute name loses its slash", "[tar]") {
  Ground ground;
  CHECK(ground.extracted(archive_of({file_member("//etc/x", "1")})) == "OK");
  CHECK(ground.tree().contains("/etc/x"));
}

TEST_CASE("names that lead out are refused", "[tar]") {
  Ground ground;
  CHECK(ground.extracted(archive_of({file_member("../x")})) ==
        "invalid name \"../x\": it leads out of the directory that is "
        "extracted to");
  CHECK(ground.extracted(archive_of({file_member("a/../../x")})) != "OK");
  CHECK(ground.extracted(archive_of({file_member("/../x")})) != "OK");
  CHECK(ground.tree().empty());
  CHECK(ground.extracted(archive_of({file_member("a/../x")})) == "OK");
  CHECK(ground.tree().contains("/x"));
}

TEST_CASE("a symlink on the way is followed inside only", "[tar]") {
  HandClock clock;
  auto host = make_memory_fs(clock);
  const InodeRef jail = put_directory(*host->root(), "/jail");
  put(*host->root(), "/etc/passwd", "host");
  CHECK(answer(untar(
            archive_of({link_member("out", "../.."), link_member("abs", "/etc"),
                        directory_member("etc/"), file_member("out/a", "a"),
                        file_member("abs/passwd", "mine")}),
            jail)) == "OK");
  CHECK(names_in(*host->root()) == "etc jail");
  CHECK(content_of(*must(
            must(host->root()->lookup("etc"))->lookup("passwd"))) == "host");
  CHECK(names_in(*jail) == "a abs etc out");
  CHECK(content_of(*must(must(jail->lookup("etc"))->lookup("passwd"))) ==
        "mine");
}

TEST_CASE("a file takes the place of a symlink, it does not go through it",
          "[tar]") {
  Ground ground;
  put(*ground.fs->root(), "/kept", "kept");
  CHECK(ground.extracted(archive_of(
            {link_member("x", "kept"), file_member("x", "new")})) == "OK");
  CHECK(ground.tree()["/kept"].content == "kept");
  CHECK(ground.tree()["/x"].type == '-');
}

TEST_CASE("a hard link to the outside or to nothing is refused", "[tar]") {
  Ground ground;
  CHECK(ground.extracted(
            archive_of({link_member("x", "../../etc/shadow", true)})) ==
        "invalid hardlink \"x\" -> \"../../etc/shadow\"");
  CHECK(ground.extracted(archive_of({link_member("x", "nosuch", true)})) ==
        "x: No such file or directory");
  CHECK(ground.tree().empty());
}

TEST_CASE("an archive that is cut short says where, and leaves no half file",
          "[tar]") {
  Ground ground;
  const Bytes whole = archive_of(
      {file_member("a", "first"), file_member("b", std::string(2000, 'b'))});
  CHECK(ground.extracted(whole.substr(0, 2048)) ==
        "unexpected EOF (offset 2048, in \"b\")");
  CHECK(ground.tree().size() == 1);
  CHECK(ground.extracted(whole.substr(0, 1100)) ==
        "unexpected EOF (offset 1100)");
  // Without the two blocks of zeros it is still whole.
  CHECK(ground.extracted(whole.substr(0, whole.size() - 1024)) == "OK");
}

TEST_CASE("what is no archive is told so", "[tar]") {
  Ground ground;
  CHECK(ground.extracted(std::string(600, 'x')) ==
        "archive/tar: invalid tar header (offset 0: wrong checksum)");
  CHECK(ground.extracted("") == "OK");
  Bytes archive = archive_of({file_member("a", "1"), file_member("b")});
  archive[1024 + 3] = 'X';
  CHECK(ground.extracted(archive) ==
        "archive/tar: invalid tar header (offset 1024: wrong checksum)");
}

TEST_CASE("no damage to an archive does more than fail", "[tar][property]") {
  Ground here;
  must(create_hollow(*here.fs->root(), "hollow", new_file(), "x", 100'000));
  put(*here.fs->root(), "/" + std::string(150, 'n'), "long");
  put_symlink(*here.fs->root(), "/s", "t");
  const Bytes whole = tar_of(here.fs->root());
  rc::prop("changed bytes, cut ends", [whole] {
    Bytes broken = whole;
    const auto count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, broken.size());
      broken[at] = *rc::gen::arbitrary<char>();
    }
    broken.resize(*rc::gen::inRange<std::size_t>(0, broken.size() + 1));
    Ground there;
    const std::string said = there.extracted(broken);
    RC_CLASSIFY(said == "OK");
    for (const auto& [path, file] : there.tree()) {
      RC_ASSERT(file.size <= 1 << 20);
    }
  });
}

TEST_CASE("a member may claim much, but memory is taken for what comes",
          "[tar]") {
  Ground ground;
  TarEntry huge = file_member("huge");
  huge.size = std::int64_t{1} << 40;
  Bytes archive = archive_of({huge});  // Sparse: few bytes.
  CHECK(ground.extracted(archive) == "OK");
  const Attributes file = must(ground.fs->root()->lookup("huge"))->attributes();
  CHECK(file.size == std::int64_t{1} << 40);
  CHECK(file.stored == 0);

  Bytes liar = archive_of({file_member("liar")});
  tar::put_number(liar, tar::kSize, std::int64_t{1} << 32);
  const std::int64_t sum = tar::checksum(liar.substr(0, 512), false);
  tar::put_text(liar, tar::kChecksum, fmt::format("{:06o}", sum));
  CHECK(ground.extracted(liar) ==
        "tar: \"liar\" is longer than 1073741824 bytes");
}

TEST_CASE("a whiteout deletes what lies below, an opaque marker all of it",
          "[tar][layer]") {
  HandClock clock;
  const UnionMountRef base = make_union_mount(nullptr, clock);
  put(*base->root(), "/etc/passwd", "p");
  put(*base->root(), "/etc/group", "g");
  put(*base->root(), "/var/log/old", "o");
  put(*base->root(), "/var/lib/old", "o");
  const LayerRef below = base->commit({});
  const auto layer = layer_of(
      archive_of({file_member("etc/.wh.group"), directory_member("var/"),
                  file_member("var/.wh..wh..opq"), file_member("var/new", "n"),
                  file_member(".wh..wh.plnk")}),
      below, clock);
  REQUIRE(answer(layer) == "OK");
  CHECK(text_of((*layer)->changes()) ==
        "C /etc\nD /etc/group\nC /var\nD /var/lib\nD /var/log\nA /var/new\n");
  const Tree tree = tree_below((*layer)->merged()->root());
  CHECK(tree.size() == 4);
  CHECK((*layer)->size() == 1);

  const UnionMountRef empty = make_union_mount(nullptr, clock);
  CHECK(answer(untar(tar_of_layer(*layer), empty->root())) == "OK");
  const Tree members = tree_below(empty->root());
  CHECK(members.contains("/etc/.wh.group"));
  CHECK(members.contains("/var/.wh..wh..opq"));
  CHECK_FALSE(members.contains("/var/.wh.lib"));
}

TEST_CASE("an opaque marker spares what its own archive put there",
          "[tar][layer]") {
  HandClock clock;
  const UnionMountRef base = make_union_mount(nullptr, clock);
  put(*base->root(), "/d/sub/old", "o");
  put(*base->root(), "/d/old", "o");
  const auto layer = layer_of(archive_of({file_member("d/sub/new", "n"),
                                          file_member("d/.wh..wh..opq")}),
                              base->commit({}), clock);
  const Tree tree = tree_below((*layer)->merged()->root());
  CHECK(tree.size() == 3);
  CHECK(tree.contains("/d/sub/new"));
}

TEST_CASE("a whiteout cannot name a directory above", "[tar][layer]") {
  HandClock clock;
  const auto layer =
      layer_of(archive_of({file_member("d/.wh...")}), nullptr, clock);
  CHECK(answer(layer) == "invalid whiteout name: .wh...");
}

TEST_CASE("a broken archive makes no layer", "[tar][layer]") {
  HandClock clock;
  const auto layer = layer_of(
      archive_of({file_member("a", "1")}).substr(0, 700), nullptr, clock);
  CHECK(answer(layer) == "unexpected EOF (offset 700, in \"a\")");
}

TEST_CASE("a long member is read piece by piece, a short one at once",
          "[tar]") {
  TarEntry big;
  big.name = "big";
  big.content = std::string(200'000, 'x') + "end";
  big.size = static_cast<std::int64_t>(big.content.size());
  TarEntry small = big;
  small.name = "small";
  small.content = "hi";
  small.size = 2;
  // Written with its head first, it is the same archive.
  TarWriter writer;
  writer.add_head(big);
  Bytes archive = writer.take() + big.content;
  writer.add_padding(big.size);
  writer.add(small);
  writer.end();
  archive += writer.take();
  REQUIRE(archive == archive_of({big, small}));

  StringSource source(archive);
  TarReader reader(source);
  reader.set_at_once(1000);
  const bool skips = GENERATE(false, true);
  const auto first = run_now(reader.next());
  REQUIRE(first);
  CHECK((*first)->content.empty());
  CHECK((*first)->size == big.size);
  Bytes body;
  while (!skips && reader.body_left() > 0) {
    const Result<Bytes> piece = run_now(reader.body());
    REQUIRE(piece);
    CHECK(piece->size() <= kChunk);
    body += *piece;
  }
  CHECK((skips || body == big.content));
  const auto second = run_now(reader.next());
  REQUIRE(second);
  CHECK((*second)->content == "hi");
  const auto end = run_now(reader.next());
  REQUIRE(end);
  CHECK(!*end);
}
