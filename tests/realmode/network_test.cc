// network_test.cc — networks of one's own: bridges, names, what is kept apart,
// and bytes that pass through published ports.

#include <set>

#include <catch2/catch.hpp>

#include "realmode/layers/shelf.h"
#include "realmode/net/dns.h"
#include "realmode/net/network.h"
#include "sim/base/text.h"
#include "tests/realmode/world.h"

using namespace drydock;
using namespace drydock::realmode;

namespace {

/// A query as resolvers send it.
std::string query(const std::string& name, char type) {
  std::string bytes("\x12\x34\x01\0\0\1\0\0\0\0\0\0", 12);
  for (const std::string& label : split(name, '.')) {
    bytes += static_cast<char>(label.size());
    bytes += label;
  }
  bytes += std::string("\0\0", 2) + type + std::string("\0\1", 2);
  return bytes;
}

constexpr char kWeb[] =
    "docker run -d --name web --net one --network-alias www -p 18080:80 "
    "busybox sh -c 'echo hello > /tmp/index.html; httpd -f -h /tmp' "
    ">/dev/null; ";

bool lacks_nft(World& world) {
  if (world.sh("command -v nft").status == 0) return false;
  WARN("skipped: there is no nft(8) here");
  return true;
}

}  // namespace

TEST_CASE("a question is read, and answered in kind", "[dns]") {
  const auto question = dns::question_in(query("Web.One", 1));
  REQUIRE(question);
  CHECK(question->name == "web.one");
  CHECK(question->type == 1);
  dns::Answer answer;
  answer.addresses = {0xac120002};
  const std::string reply = dns::reply(query("Web.One", 1), answer);
  CHECK(reply.substr(0, 8) == std::string("\x12\x34\x81\x80\0\1\0\1", 8));
  CHECK(reply.ends_with(std::string("\0\4\xac\x12\0\2", 6)));
  CHECK(dns::reverse_address("2.0.18.172.in-addr.arpa") == 0xac120002);
  CHECK(!dns::reverse_address("2.0.18.in-addr.arpa"));
  CHECK(!dns::reverse_address("2.0.18.999.in-addr.arpa"));
}

TEST_CASE("bytes that are no question are no question", "[dns]") {
  const std::string whole = query("web", 1);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(!dns::question_in(whole.substr(0, size)));
  }
  std::string loop = whole;
  loop[12] = '\xc0';  // A pointer to itself.
  loop[13] = '\x0c';
  CHECK(!dns::question_in(loop));
  std::string answer = whole;
  answer[2] = '\x81';
  CHECK(!dns::question_in(answer));
}

TEST_CASE("the links of one container have different names", "[network]") {
  const std::string id = std::string(64, 'a');
  std::set<std::string> names;
  for (int number = 0; number < kLinksMax; ++number) {
    const std::string name = link_name("12ab", id, number);
    CHECK(name.size() == 15);
    CHECK(is_link_of(name, "12ab", id));
    CHECK(!is_link_of(name, "12ab", std::string(64, 'b')));
    names.insert(name);
  }
  CHECK(names.size() == kLinksMax);
}

TEST_CASE("containers of a network find each other by name", "[network]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "ip link set lo up; docker network create one >/dev/null; " +
      std::string(kWeb) +
      "docker run --rm --net one --ip 172.18.0.50 --name asker busybox sh -c "
      "'grep nameserver /etc/resolv.conf; "
      "for name in web www web.one WEB; do wget -qO- http://$name/; done; "
      "ip -o -4 addr show eth0 | grep -o 172.18.0.50/16; "
      "ip route | grep -o \"default via 172.18.0.1\"; "
      "nslookup 172.18.0.2 | grep -o web.one; "
      "nslookup nobody-here >/dev/null || echo unknown'; "
      "docker run --rm --net container:web busybox sh -c "
      "'grep -c 127.0.0.11 /etc/resolv.conf; wget -qO- http://web/'; "
      "busybox wget -qO- http://127.0.0.1:18080/; "
      "docker network rm one; docker rm -f web; docker network rm one; "
      "ip -o link | grep -c br-");
  INFO(run.err);
  CHECK(run.out ==
        "nameserver 127.0.0.11\nhello\nhello\nhello\nhello\n172.18.0.50/16\n"
        "default via 172.18.0.1\nweb.one\nunknown\n1\nhello\nhello\nweb\none\n"
        "0\n");
  CHECK(run.err.find("has active endpoints") != std::string::npos);
  CHECK(world.garbage().empty());
}

TEST_CASE("a container moves between networks while it runs", "[network]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker network create one >/dev/null; "
      "docker network create --internal --subnet 10.9.0.0/24 inner "
      ">/dev/null; " +
      std::string(kWeb) +
      "docker run -d --name db --net inner busybox sleep 1000 >/dev/null; "
      "docker exec db ip route | grep -c default; "
      "docker exec db wget -qO- http://web/ 2>/dev/null || echo apart; "
      "docker network connect --alias data one db; "
      "docker exec db wget -qO- http://web/; "
      "docker exec web nslookup data | grep -o 172.18.0.3; "
      "docker network disconnect inner db; "
      "docker exec db ip -o -4 addr | awk '{ print $2 }'; "
      "docker exec db ip route | grep -o 'default via 172.18.0.1'; "
      "docker rm -f web db; docker network rm one inner");
  INFO(run.err);
  CHECK(run.out ==
        "0\napart\nhello\n172.18.0.3\nlo\neth1\ndefault via 172.18.0.1\n"
        "web\ndb\none\ninner\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("the default bridge is joined later, and kept over lives and daemons",
          "[network]") {
  if (skipped()) return;
  World world;
  const std::string links = "docker exec web ip -o -4 addr | grep -c eth; ";
  const Run run =
      world.sh("docker network create one >/dev/null; " + std::string(kWeb) +
               links + "docker network connect bridge web; " + links +
               "docker run --rm busybox wget -qO- http://172.17.0.2/; "
               "docker network connect bridge web || echo twice; "
               "docker restart -t 0 web; " +
               links);
  INFO(run.err);
  CHECK(run.out == "1\n2\nhello\ntwice\nweb\n2\n");
  world.end_daemon(SIGKILL);
  const Run later = world.sh(
      "docker exec web nslookup web | grep -o 172.18.0.2; "
      "docker network disconnect bridge web; " +
      links +
      "docker network connect bridge web; docker rm -f web; "
      "docker network rm one");
  INFO(later.err);
  CHECK(later.out == "172.18.0.2\n1\nweb\none\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("a renamed container is found by its new name at once", "[network]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "docker network create one >/dev/null; " + std::string(kWeb) +
      "docker run -d --name db --net one busybox sleep 1000 >/dev/null; "
      "docker rename web shop; "
      "docker exec db wget -qO- http://shop/; "
      "docker exec db wget -qO- http://www/; "
      "docker exec db nslookup 172.18.0.2 | grep -o shop.one; "
      "docker exec db nslookup web >/dev/null || echo unknown");
  INFO(run.err);
  CHECK(run.out == "hello\nhello\nshop.one\nunknown\n");
  world.end_daemon(SIGKILL);
  const Run later = world.sh(
      "docker exec db wget -qO- http://shop/; docker rename shop web; "
      "docker exec db wget -qO- http://web/; docker rm -f db web; "
      "docker network rm one");
  INFO(later.err);
  CHECK(later.out == "hello\nhello\ndb\nweb\none\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("networks are kept apart from each other and inside", "[network]") {
  if (skipped()) return;
  World world;
  if (lacks_nft(world)) return;
  const Run run = world.sh(
      "docker network create one >/dev/null; "
      "docker network create two >/dev/null; " +
      std::string(kWeb) +
      "try() { docker run --rm $1 busybox sh -c "
      "'timeout 2 wget -qO- http://172.18.0.2/ || echo apart'; }; "
      "try --net=one; "
      "try --net=two; "
      "try --net=bridge; "
      "docker rm -f web; docker network rm one two; nft list tables");
  INFO(run.err);
  CHECK(run.out ==
        "hello\napart\napart\nweb\none\ntwo\ntable ip drydock-docker0\n");
}

TEST_CASE("networks and names outlive their daemon", "[network]") {
  if (skipped()) return;
  World world;
  (void)world.sh("docker network create one; " + std::string(kWeb));
  world.end_daemon(SIGKILL);
  const Run run = world.sh(
      "docker network ls --format '{{.Name}}' | grep ^one; "
      "docker run --rm --net one busybox wget -qO- http://www/; "
      "docker exec web nslookup web | grep -o 172.18.0.2; "
      "docker run --rm --net one busybox hostname -i; "
      "docker rm -f web; docker network rm one");
  INFO(run.err);
  CHECK(run.out == "one\nhello\n172.18.0.2\n172.18.0.3\nweb\none\n");
  CHECK(world.garbage().empty());
}

TEST_CASE("a bridge that no record knows of is garbage", "[network]") {
  if (skipped()) return;
  World world;
  const Run made = world.sh("docker version >/dev/null");
  REQUIRE(made.status == 0);
  // As a daemon leaves it that dies between the bridge and its record.
  const std::string mark = Shelf(world.root()).mark();
  const Run link = world.sh(
      "ip link add br-00112233ffee type bridge && "
      "ip link set br-00112233ffee alias 'drydock " +
      mark + "'; ip link add br-stranger type bridge");
  REQUIRE(link.status == 0);
  CHECK(world.garbage().find("bridge br-00112233ffee") != std::string::npos);
  (void)world.sh(DRYDOCK_BINARY_DIR "/drydock gc");
  CHECK(world.garbage().empty());
  CHECK(world.sh("ip link show br-00112233ffee").status != 0);
  CHECK(world.sh("ip link del br-stranger").status == 0);
}

TEST_CASE("datagrams come in through a published port, and answers go back",
          "[network]") {
  if (skipped()) return;
  World world;
  // busybox has nothing that answers datagrams: the server is a program of
  // this machine's, in the container's network.
  const Run run = world.sh(
      "ip link set lo up; "
      "docker run -d --name udp -p 18353:53/udp busybox sleep 1000 "
      ">/dev/null; "
      "nsenter -n -t $(docker inspect -f '{{.State.Pid}}' udp) perl "
      "-MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 53, "
      "Proto => \"udp\"); for (1..2) { $s->recv($x, 99); "
      "$s->send(\"got $x\") }' & sleep 1; "
      "for who in one two; do perl -MIO::Socket::INET -e '$s = "
      "IO::Socket::INET->new(PeerAddr => \"127.0.0.1:18353\", Proto => "
      "\"udp\"); $s->send($ARGV[0]); alarm 9; $s->recv($x, 99); "
      "print \"$x\\n\"' $who; done; "
      "docker port udp; docker rm -f udp");
  INFO(run.err);
  CHECK(run.out == "got one\ngot two\n53/udp -> 0.0.0.0:18353\nudp\n");
}

TEST_CASE("a range of published ports leads to a range of ports", "[network]") {
  if (skipped()) return;
  World world;
  const Run run = world.sh(
      "ip link set lo up; "
      "docker run -d --name many -p 18400-18402:8000-8002 busybox sh -c "
      "'for port in 8000 8001 8002; do mkdir /tmp/$port; "
      "echo $port > /tmp/$port/index.html; httpd -p $port -h /tmp/$port; "
      "done; sleep 1000' >/dev/null; sleep 0.3; "
      "for port in 18400 18401 18402; do "
      "busybox wget -qO- http://127.0.0.1:$port/; done; "
      "docker run --rm -p 18401:80 busybox true 2>/dev/null || echo taken; "
      "docker rm -f many; docker run --rm -p 18401:80 busybox echo free");
  INFO(run.err);
  CHECK(run.out == "8000\n8001\n8002\ntaken\nmany\nfree\n");
}
