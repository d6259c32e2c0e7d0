// python_test.cc — python3 against the real one, and what only ours has.

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/userland/python/library.h"
#include "tests/userland/text_cases.h"

using namespace drydock;
using namespace drydock::tests;

namespace {

constexpr std::string_view kLibrary = "/usr/local/lib/python3.4/";

/// A machine with python3 and its library.
class PythonMachine : public TextMachine {
 public:
  PythonMachine() : TextMachine({"python", "pip"}) {
    for (const auto& file : userland::python::library_files()) {
      if (!file.path.starts_with("lib/")) continue;
      put(std::string(kLibrary) + std::string(file.path.substr(4)), file.text);
    }
    static_cast<void>(vfs::make_directories(
        *files->root(), "/usr/local/lib/python3.4/site-packages"));
    static_cast<void>(vfs::make_directories(*files->root(), "/usr/local/bin"));
    environ = {"PATH=/bin:/usr/local/bin", "HOME=/root"};
  }

  void put(const std::string& path, std::string_view text) {
    static_cast<void>(
        vfs::make_directories(*files->root(), path.substr(0, path.rfind('/'))));
    write(path, text);
  }

  /// Runs one program's text.
  test::Ran program(const std::string& text, const std::string& input = "") {
    write("/work/prog.py", text);
    return run({"python3", "prog.py"}, input);
  }
};

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("python3 agrees with the real python3 on a corpus of programs") {
  if (!has_real("python3")) {
    WARN("skipped: no python3 on this machine");
    return;
  }
  const std::filesystem::path corpus =
      std::filesystem::path(DRYDOCK_SOURCE_DIR) /
      "tests/userland/python_corpus";
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    PythonMachine machine;
    INFO(entry.path().filename().string());
    const std::string text = file_text(entry.path());
    machine.write("/work/prog.py", text);
    write_real("prog.py", text);
    const RealRun real = run_real("python3 prog.py");
    const test::Ran ran = machine.run({"python3", "prog.py"});
    CHECK(ran.out == real.out);
    CHECK(ran.status == real.status);
  }
}

TEST_CASE("an exception that nobody catches leaves a traceback and status 1") {
  PythonMachine machine;
  const test::Ran ran = machine.program(
      "def f(x):\n    return g(x)\n\ndef g(x):\n    return 1 / x\n\nf(0)\n");
  CHECK(ran.status == 1);
  CHECK(ran.err ==
        "Traceback (most recent call last):\n"
        "  File \"prog.py\", line 7, in <module>\n    f(0)\n"
        "  File \"prog.py\", line 2, in f\n    return g(x)\n"
        "  File \"prog.py\", line 5, in g\n    return 1 / x\n"
        "ZeroDivisionError: division by zero\n");
}

TEST_CASE("an exception raised while another is handled shows both") {
  PythonMachine machine;
  const test::Ran ran =
      machine.program("try:\n    {}['k']\nexcept KeyError:\n    int('x')\n");
  CHECK(ran.err.find("KeyError: 'k'\n\nDuring handling of the above "
                     "exception, another exception occurred:\n\n") !=
        std::string::npos);
}

TEST_CASE("print without parentheses is a syntax error with a hint") {
  PythonMachine machine;
  const test::Ran ran = machine.program("x = 1\nprint \"hello\"\n");
  CHECK(ran.status == 1);
  CHECK(ran.err ==
        "  File \"prog.py\", line 2\n    print \"hello\"\n                ^\n"
        "SyntaxError: Missing parentheses in call to 'print'\n");
}

TEST_CASE("what Python 3.4 does not know is a syntax error, as it was then") {
  PythonMachine machine;
  for (const char* const text :
       {"f'x'\n", "async def f(): pass\n", "x: int = 3\n"}) {
    INFO(text);
    CHECK(machine.program(text).err.find("SyntaxError: invalid syntax") !=
          std::string::npos);
  }
}

TEST_CASE("integers beyond 64 bits are refused, not wrong") {
  PythonMachine machine;
  const test::Ran ran = machine.program("print(2 ** 62)\nprint(2 ** 64)\n");
  CHECK(ran.out == "4611686018427387904\n");
  CHECK(ran.err.find("drydock: python: integers beyond 64 bits are not "
                     "modelled") != std::string::npos);
}

TEST_CASE("endless recursion ends in a RuntimeError") {
  PythonMachine machine;
  const test::Ran ran = machine.program("def f(): return f()\nf()\n");
  CHECK(ran.status == 1);
  CHECK(ran.err.ends_with("RuntimeError: maximum recursion depth exceeded\n"));
}

TEST_CASE("endless memory ends in a MemoryError") {
  PythonMachine machine;
  const test::Ran ran =
      machine.program("x = ['a'] * 1000\nwhile True: x = x + x\n");
  CHECK(ran.status == 1);
  CHECK(ran.err.ends_with("MemoryError\n"));
}

TEST_CASE("a list of a million links is taken down without deep recursion") {
  PythonMachine machine;
  const test::Ran ran = machine.program(
      "x = None\nfor i in range(200000):\n    x = [x]\nx = None\n"
      "print('gone')\n");
  CHECK(ran.out == "gone\n");
}

TEST_CASE("os.environ, sys.argv and standard input reach the program") {
  PythonMachine machine;
  machine.write("/work/p.py",
                "import os, sys\nprint(os.environ['HOME'], sys.argv)\n"
                "print([int(x) for x in sys.stdin])\n");
  const test::Ran ran = machine.run({"python3", "p.py", "a"}, "1\n2\n");
  CHECK(ran.out == "/root ['p.py', 'a']\n[1, 2]\n");
}

TEST_CASE("python3 -c, -m, -V and a script on standard input") {
  PythonMachine machine;
  CHECK(machine.run({"python3", "-V"}).out == "Python 3.4.3\n");
  CHECK(
      machine.run({"python3", "-c", "import sys; print(sys.argv)", "x"}).out ==
      "['-c', 'x']\n");
  CHECK(machine.run({"python3"}, "print(6 * 7)\n").out == "42\n");
  machine.write("/work/mod.py", "print(__name__)\n");
  CHECK(machine.run({"python3", "-m", "mod"}).out == "__main__\n");
  CHECK(machine.run({"python3", "-m", "none"}).err ==
        "/usr/local/bin/python3: No module named none\n");
  CHECK(machine.run({"python3", "none.py"}).err ==
        "python3: can't open file 'none.py': [Errno 2] No such file or "
        "directory\n");
}

TEST_CASE("a handler written in Python gets the signal") {
  PythonMachine machine;
  const test::Ran ran = machine.program(
      "import os, signal\n"
      "def on(number, frame): print('got', number)\n"
      "signal.signal(signal.SIGTERM, on)\n"
      "os.kill(os.getpid(), signal.SIGTERM)\nprint('on')\n");
  CHECK(ran.out == "got 15\non\n");
}

TEST_CASE("modules and packages come from the files of sys.path") {
  PythonMachine machine;
  machine.put("/work/pack/__init__.py", "from .inner import value\n");
  machine.put("/work/pack/inner.py", "value = 5\n");
  CHECK(machine
            .program("import pack, pack.inner as i\nprint(pack.value, "
                     "i.value, i.__name__)\n")
            .out == "5 5 pack.inner\n");
  CHECK(machine.program("import nothing\n")
            .err.ends_with("ImportError: No module named 'nothing'\n"));
}

TEST_CASE("pip installs what a package needs, before it") {
  PythonMachine machine;
  const test::Ran ran = machine.run({"pip", "install", "Flask==0.10.1"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("Installing collected packages: Werkzeug, MarkupSafe, "
                     "Jinja2, itsdangerous, Flask\n") != std::string::npos);
  CHECK(machine.run({"pip", "freeze"}).out ==
        "Flask==0.10.1\nitsdangerous==0.24\nJinja2==2.8\nMarkupSafe==0.23\n"
        "Werkzeug==0.10.4\n");
  CHECK(machine.run({"pip", "install", "flask"})
            .out.starts_with("Requirement already satisfied (use --upgrade "
                             "to upgrade): flask in "));
}

TEST_CASE("pip tells which versions there are") {
  PythonMachine machine;
  const test::Ran ran = machine.run({"pip", "install", "Flask==99"});
  CHECK(ran.status == 1);
  CHECK(ran.err ==
        "  Could not find a version that satisfies the requirement Flask==99 "
        "(from versions: 0.10.1)\nNo matching distribution found for "
        "Flask==99\n");
  CHECK(
      machine.run({"pip", "install", "nosuch"}).err.find("(from versions: )") !=
      std::string::npos);
}

TEST_CASE("pip uninstall takes away all that install put there") {
  PythonMachine machine;
  machine.run({"pip", "install", "redis"});
  CHECK(machine.program("import redis; print(redis.__version__)\n").out ==
        "2.10.5\n");
  CHECK(machine.run({"pip", "uninstall", "-y", "redis"}).status == 0);
  CHECK(machine.program("import redis\n").status == 1);
  CHECK(machine.run({"pip", "freeze"}).out.empty());
}

TEST_CASE("a Flask application answers, converts, redirects and fails") {
  PythonMachine machine;
  machine.run({"pip", "install", "Flask"});
  const test::Ran ran = machine.program(R"(
from flask import Flask, Response, request, jsonify, redirect, url_for, abort
app = Flask(__name__)
@app.route('/')
def home(): return 'home'
@app.route('/n/<int:n>')
def number(n): return str(n * 2)
@app.route('/form', methods=['GET', 'POST'])
def form(): return request.method + request.form.get('name', '-') + request.args.get('q', '?')
@app.route('/png')
def png(): return Response(b'\x89PNG', mimetype='image/png')
@app.route('/j')
def j(): return jsonify(a=1)
@app.route('/away')
def away(): return redirect(url_for('number', n=4))
@app.route('/bad')
def bad(): abort(403)
@app.errorhandler(404)
def lost(e): return 'lost', 404
c = app.test_client()
for path in ('/', '/n/21', '/n/x', '/form?q=1', '/png', '/j', '/bad'):
    r = c.get(path)
    print(path, r.status, r.mimetype, r.get_data()[:20])
print(c.post('/form', data={'name': 'joe'}).get_data())
print(c.get('/away').headers['Location'], c.post('/').status_code)
)");
  CHECK(ran.err == "");
  CHECK(ran.out ==
        "/ 200 OK text/html b'home'\n/n/21 200 OK text/html b'42'\n"
        "/n/x 404 NOT FOUND text/html b'lost'\n"
        "/form?q=1 200 OK text/html b'GET-1'\n"
        "/png 200 OK image/png b'\\x89PNG'\n"
        "/j 200 OK application/json b'{\\n  \"a\": 1\\n}'\n"
        "/bad 403 FORBIDDEN text/html b'<!DOCTYPE HTML PUBLI'\n"
        "b'POSTjoe?'\n/n/4 405\n");
}

TEST_CASE("templates have expressions, loops, conditions and inheritance") {
  PythonMachine machine;
  machine.run({"pip", "install", "Jinja2"});
  const test::Ran ran = machine.program(R"(
from jinja2 import Environment, DictLoader
env = Environment(DictLoader({
    'base': '<{% block body %}{% endblock %}>',
    'page': '{% extends "base" %}{% block body %}{% for x in xs %}{{ loop.index }}{{ x|upper }}{% if not loop.last %},{% endif %}{% else %}none{% endfor %}{% endblock %}'}), True)
print(env.get_template('page').render(xs=['a', '<']))
print(env.get_template('page').render(xs=[]))
)");
  CHECK(ran.err == "");
  CHECK(ran.out == "<1A,2&lt;>\n<none>\n");
}
