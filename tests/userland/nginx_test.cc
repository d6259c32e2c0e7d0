// nginx_test.cc — the web server with curl for its visitor, alone and beside
// the real one.

#include <catch2/catch.hpp>

#include <fstream>

#include "sim/base/text.h"
#include "sim/userland/net/net_tools.h"
#include "sim/userland/services/services.h"
#include "tests/support/machine.h"
#include "tests/userland/text_real.h"

namespace drydock::userland {
namespace {

using test::Ran;
using test::Running;
using test::TestMachine;

constexpr std::string_view kServerBlock =
    "    location / { index index.html; }\n"
    "    location /list/ { autoindex on; }\n"
    "    location = /exact { return 200 exact; }\n"
    "    location ~ \\.secret$ { return 403; }\n"
    "    location ^~ /strong/ { return 204; }\n"
    "    location /moved { return 301 /elsewhere; }\n"
    "    location /away { return 302 http://example.com/x; }\n"
    "    location /try { try_files $uri /page.html =404; }\n"
    "    location /alias/ { alias ROOT/sub/; }\n"
    "    location /denied { deny all; }\n"
    "    location /mended { error_page 404 = /page.html; }\n"
    "    location /teapot { return 418; }\n";

/// A machine with a site on port 80.
struct Site {
  explicit Site(std::string conf = "") {
    machine.install("nginx", nginx_main);
    machine.install("curl", curl_main);
    machine.write("/etc/hosts", "127.0.0.1 localhost example.com\n");
    for (const char* const folder : {"/etc/nginx", "/var/log/nginx", "/var/run",
                                     "/site/list/deep", "/site/sub"}) {
      static_cast<void>(vfs::make_directories(*machine.files->root(), folder));
    }
    machine.write("/site/index.html", "<h1>home</h1>\n");
    machine.write("/site/page.html", "a page of some length\n");
    machine.write("/site/data.bin", "0123456789");
    machine.write("/site/x.secret", "hidden");
    machine.write("/site/list/one.txt", "1");
    machine.write("/site/sub/index.html", "sub\n");
    if (conf.empty()) {
      conf =
          "events { }\nhttp {\n  default_type application/octet-stream;\n"
          "  types { text/html html; text/plain txt; }\n  access_log "
          "/var/log/nginx/access.log;\n  server {\n    listen 80;\n"
          "    server_name localhost;\n    root /site;\n" +
          replace_all(kServerBlock, "ROOT", "/site") + "  }\n}\n";
    }
    machine.write("/etc/nginx/nginx.conf", conf);
  }
  void start() {
    server = *machine.start({"nginx", "-g", "daemon off;"});
    machine.scheduler.run_ready();
  }
  Ran curl(List words) {
    words.insert(words.begin(), {"curl", "-s", "-S"});
    return machine.run(words);
  }
  std::string code(const std::string& path) {
    return curl({"-o", "/dev/null", "-w", "%{http_code}", "localhost" + path})
        .out;
  }

  TestMachine machine;
  Running server;
};

/// Ends a real server with the test.
struct Stopper {
  std::string command;
  ~Stopper() { static_cast<void>(std::system(command.c_str())); }
};

const List kPaths = {"/",
                     "/index.html",
                     "/nothing",
                     "/sub",
                     "/sub/",
                     "/list/",
                     "/list",
                     "/exact",
                     "/exactly",
                     "/x.secret",
                     "/strong/a",
                     "/moved",
                     "/away",
                     "/try/it",
                     "/alias/",
                     "/alias/no",
                     "/denied",
                     "/mended",
                     "/teapot",
                     "/%69ndex.html",
                     "/a/../page.html",
                     "/page.html?x=1",
                     "/bad%zz"};

}  // namespace

TEST_CASE("nginx chooses a location and answers as a real one does") {
  Site site;
  site.start();
  if (std::system("command -v nginx >/dev/null 2>&1 && command -v curl "
                  ">/dev/null 2>&1") != 0) {
    WARN("skipped: nginx and curl are not installed here");
    return;
  }
  const std::string folder = tests::real_directory() + "/nginx";
  const std::string conf =
      "daemon on; user root; pid " + folder + "/pid; error_log " + folder +
      "/error;\nevents { }\nhttp { access_log off; default_type "
      "application/octet-stream;\n types { text/html html; text/plain txt; }\n"
      "server {\n listen 127.0.0.1:18473; server_name localhost; root " +
      folder + "/site;\n" +
      replace_all(kServerBlock, "ROOT", folder + "/site") + "}\n}\n";
  const std::string make =
      "mkdir -p " + folder + "/site/list/deep " + folder + "/site/sub; cd " +
      folder +
      "/site; echo '<h1>home</h1>' > index.html; echo 'a page of some length' "
      "> page.html; printf 0123456789 > data.bin; printf hidden > x.secret; "
      "printf 1 > list/one.txt; echo sub > sub/index.html";
  REQUIRE(std::system(make.c_str()) == 0);
  std::ofstream(folder + "/conf") << conf;
  const std::string start =
      "nginx -p " + folder + " -c " + folder + "/conf 2>/dev/null";
  if (std::system(start.c_str()) != 0) {
    WARN("skipped: the real nginx does not start here");
    return;
  }
  const Stopper stopper{"nginx -p " + folder + " -c " + folder +
                        "/conf -s stop 2>/dev/null"};
  const std::string format = "%{http_code} %{content_type} %{redirect_url}";
  for (const std::string& path : kPaths) {
    const std::string real =
        tests::run_real("curl -s --path-as-is -o /dev/null -w '" + format +
                        "' 'http://127.0.0.1:18473" + path + "'")
            .out;
    std::string ours =
        site.curl({"-o", "/dev/null", "-w", format, "http://localhost" + path})
            .out;
    ours = replace_all(ours, "http://localhost/", "http://127.0.0.1:18473/");
    if (ours.find(" /") != std::string::npos) {
      ours = replace_all(ours, " /", " http://127.0.0.1:18473/");
    }
    INFO(path);
    CHECK(ours == real);
  }
}

TEST_CASE("nginx serves a file with its length, type and date") {
  Site site;
  site.start();
  const Ran head = site.curl({"-I", "localhost/page.html"});
  CHECK(head.out ==
        "HTTP/1.1 200 OK\r\nServer: nginx/1.9.5\r\nDate: Mon, 12 Oct 2015 "
        "08:00:00 GMT\r\nContent-Type: text/html\r\nContent-Length: "
        "22\r\nLast-Modified: Mon, 12 Oct 2015 08:00:00 GMT\r\nConnection: "
        "keep-alive\r\nETag: \"561b6880-16\"\r\nAccept-Ranges: bytes\r\n\r\n");
  CHECK(site.curl({"localhost/page.html"}).out == "a page of some length\n");
}

TEST_CASE("nginx gives a part of a file, and nothing when it has not changed") {
  Site site;
  site.start();
  CHECK(site.curl({"-r", "2-4", "localhost/data.bin"}).out == "234");
  CHECK(site.curl({"-r", "-3", "localhost/data.bin"}).out == "789");
  CHECK(site.curl({"-o", "/dev/null", "-w", "%{http_code}", "-r", "20-30",
                   "localhost/data.bin"})
            .out == "416");
  CHECK(site.curl({"-o", "/dev/null", "-w", "%{http_code}", "-H",
                   "If-Modified-Since: Mon, 12 Oct 2015 08:00:00 GMT",
                   "localhost/data.bin"})
            .out == "304");
}

TEST_CASE("nginx logs who asked for what") {
  Site site;
  site.start();
  site.curl({"-A", "test/1.0", "localhost/page.html"});
  site.curl({"localhost/nothing"});
  CHECK(*site.machine.read("/var/log/nginx/access.log") ==
        "127.0.0.1 - - [12/Oct/2015:08:00:00 +0000] \"GET /page.html "
        "HTTP/1.1\" 200 22 \"-\" \"test/1.0\"\n"
        "127.0.0.1 - - [12/Oct/2015:08:00:00 +0000] \"GET /nothing HTTP/1.1\" "
        "404 168 \"-\" \"curl/7.35.0\"\n");
  const std::string error = *site.machine.read("/var/log/nginx/error.log");
  CHECK(error.find("open() \"/site/nothing\" failed (2: No such file or "
                   "directory), client: 127.0.0.1, server: localhost, "
                   "request: \"GET /nothing HTTP/1.1\", host: "
                   "\"localhost\"") != error.npos);
}

TEST_CASE("nginx has a master and workers, and ends them all") {
  Site site;
  site.start();
  site.machine.install("list", [](kernel::Process& self) -> Task<int> {
    std::string names;
    for (const kernel::ProcessInfo& each : self.processes()) {
      names += join(each.argv, " ") + "\n";
    }
    co_await kernel::print(self, names);
    co_return 0;
  });
  const std::string names = site.machine.run({"list"}).out;
  CHECK(names.find("nginx: master process nginx -g daemon off;\n") !=
        names.npos);
  CHECK(names.find("nginx: worker process\n") != names.npos);
  CHECK(site.machine.run({"nginx", "-s", "quit"}).status == 0);
  CHECK(site.machine.finish(site.server).status == 0);
  CHECK(site.machine.run({"list"}).out.find("nginx") == std::string::npos);
  CHECK(site.machine.run({"nginx", "-s", "stop"}).err ==
        "nginx: [error] open() \"/var/run/nginx.pid\" failed (2: No such file "
        "or directory)\n");
}

TEST_CASE("nginx reads a new configuration without ending") {
  Site site;
  site.start();
  site.machine.write("/etc/nginx/nginx.conf",
                     "events { }\nhttp { server { listen 80; location / { "
                     "return 200 new; } } }\n");
  CHECK(site.machine.run({"nginx", "-s", "reload"}).status == 0);
  CHECK(site.curl({"localhost/"}).out == "new");
}

TEST_CASE("nginx says where its configuration is wrong") {
  struct Case {
    const char* conf;
    const char* why;
  };
  const Case kCases[] = {
      {"events { }\nnonsense on;\n", "unknown directive \"nonsense\" in F:2"},
      {"events { }\nhttp { listen 80; }\n",
       "\"listen\" directive is not allowed here in F:2"},
      {"events { }\nhttp { server { listen 80 } }\n",
       "unexpected \"}\" in F:2"},
      {"events { }\nhttp { server {\n",
       "unexpected end of file, expecting \"}\" in F:3"},
      {"events { }\nhttp { server { root; } }\n",
       "invalid number of arguments in \"root\" directive in F:2"},
      {"events { }\nhttp { autoindex maybe; }\n",
       "invalid value \"maybe\" in \"autoindex\" directive, it must be \"on\" "
       "or \"off\" in F:2"},
      {"http { }\n", "no \"events\" section in configuration"},
      {"events { }\nhttp { include /no/such; }\n",
       "open() \"/no/such\" failed (2: No such file or directory) in F:2"},
      {"events { }\nhttp { server { rewrite a b; } }\n",
       "drydock: nginx's \"rewrite\" is not modelled in F:2"},
  };
  for (const Case& each : kCases) {
    Site site(each.conf);
    const Ran ran = site.machine.run({"nginx", "-t"});
    const std::string file = "/etc/nginx/nginx.conf";
    CHECK(ran.err ==
          "nginx: [emerg] " + replace_all(each.why, "F:", file + ":") +
              "\nnginx: configuration file " + file + " test failed\n");
    CHECK(ran.status == 1);
  }
}

TEST_CASE("nginx passes a request on, and says when nobody is there") {
  Site site(
      "events { }\nhttp {\n server { listen 80; location /app/ { proxy_pass "
      "http://127.0.0.1:8080/; proxy_set_header X-Real-IP $remote_addr; } "
      "location /none { proxy_pass http://127.0.0.1:9; } }\n server { listen "
      "8080; location / { return 200 \"$uri for $http_x_real_ip\"; } }\n}\n");
  site.start();
  CHECK(site.curl({"localhost/app/deep"}).out == "/deep for 127.0.0.1");
  CHECK(site.code("/none") == "502");
}

TEST_CASE("curl tells why a transfer failed") {
  Site site;
  site.start();
  const Ran refused = site.curl({"localhost:81"});
  CHECK(refused.err ==
        "curl: (7) Failed to connect to localhost port 81: Connection "
        "refused\n");
  CHECK(refused.status == 7);
  const Ran unknown = site.curl({"nowhere.example"});
  CHECK(unknown.err == "curl: (6) Could not resolve host: nowhere.example\n");
  CHECK(unknown.status == 6);
  const Ran failed = site.curl({"-f", "localhost/nothing"});
  CHECK(failed.err ==
        "curl: (22) The requested URL returned error: 404 Not Found\n");
  CHECK(failed.status == 22);
  CHECK(site.curl({"https://localhost/"}).err ==
        "curl: (1) drydock: https is not modelled\n");
  CHECK(site.machine.run({"curl"}).status == 2);
  CHECK(site.curl({"--nonsense", "localhost"}).err ==
        "curl: option --nonsense: is unknown\ncurl: try 'curl --help' or "
        "'curl --manual' for more information\n");
}

TEST_CASE("curl gives up when its time is over") {
  Site site;
  site.machine.install("mute", [](kernel::Process& self) -> Task<int> {
    const auto fd =
        self.socket(kernel::SocketFamily::inet, kernel::SocketType::stream);
    kernel::SocketAddress address;
    address.port = 99;
    static_cast<void>(self.bind(*fd, address));
    static_cast<void>(self.listen(*fd, 5));
    co_await self.pause();
    co_return 0;
  });
  const Running mute = *site.machine.start({"mute"});
  site.machine.scheduler.run_ready();
  const Time before = site.machine.scheduler.now();
  const Ran late = site.curl({"-m", "2.5", "localhost:99"});
  CHECK(late.status == 28);
  CHECK(late.err ==
        "curl: (28) Operation timed out after 2500 milliseconds with 0 bytes "
        "received\n");
  CHECK(site.machine.scheduler.now() - before == 2500 * kMillisecond);
}

TEST_CASE("curl follows where it is sent, but only when told to") {
  Site site(
      "events { }\nhttp { server { listen 80; location /a { return 302 /b; } "
      "location /b { return 200 there; } location /loop { return 302 /loop; } "
      "} }\n");
  site.start();
  CHECK(site.curl({"-L", "localhost/a"}).out == "there");
  CHECK(site.curl({"localhost/a"}).out.find("302 Moved Temporarily") !=
        std::string::npos);
  CHECK(site.curl({"-L", "--max-redirs", "3", "localhost/loop"}).status == 47);
}

}  // namespace drydock::userland
