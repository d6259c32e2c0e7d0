// file.cc — reading and writing through file objects.

#include "sim/userland/python/file.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/userland/files.h"
#include "sim/userland/python/evaluator.h"
#include "sim/userland/python/format.h"
#include "sim/userland/python/running.h"
#include "sim/userland/python/tables.h"
#include "sim/userland/python/text_tools.h"

namespace drydock::userland::python {

namespace {

constexpr std::size_t kBuffer = 8192;

File& self_of(const NativeCall& call) {
  return static_cast<File&>(*call.args[0]);
}
Ref<File> held(const NativeCall& call) { return Ref<File>(&self_of(call)); }

bool check_open(Interpreter& py, const File& file) {
  if (file.closed) py.raise("ValueError", "I/O operation on closed file.");
  return !file.closed;
}

bool check_mode(Interpreter& py, const File& file, bool allowed,
                std::string_view what) {
  if (!check_open(py, file)) return false;
  if (!allowed) {
    py.raise("OSError", fmt::format("not {}", what));
  }
  return allowed;
}

/// Reads some more; false: raised.
Task<bool> fill(Interpreter& py, Ref<File> file) {
  for (;;) {
    const SysResult<Bytes> chunk = co_await py.process().read(file->fd, kChunk);
    if (!chunk && chunk.error() == Errno::eintr) {
      const bool taken = co_await py.take_signals();
      if (!taken) co_return false;
      continue;
    }
    if (!chunk) {
      py.raise_os(chunk.error());
      co_return false;
    }
    file->end = chunk->empty();
    file->in.erase(0, file->at);
    file->at = 0;
    file->in += *chunk;
    if (py.heap.full(static_cast<std::int64_t>(file->in.size()))) {
      py.out_of_memory();
      co_return false;
    }
    co_return true;
  }
}

Value as_value(Interpreter& py, const File& file, std::string bytes) {
  if (file.binary) return py.bytes(std::move(bytes));
  return decode_bytes(py, replace_all(bytes, "\r\n", "\n"), "utf-8", "strict");
}

Task<Value> file_read(NativeCall call) {
  Interpreter& py = call.py;
  const Ref<File> file = held(call);
  if (!check_mode(py, *file, file->readable, "readable")) co_return nullptr;
  std::int64_t wanted = -1;
  if (call.count() > 1 && !(call.args[1] == py.none)) {
    const auto given = py.index(call.args[1]);
    if (!given) co_return nullptr;
    wanted = *given;
  }
  const auto enough = [&] {
    return wanted >= 0 &&
           static_cast<std::int64_t>(file->in.size() - file->at) >= wanted;
  };
  while (!file->end && !enough()) {
    const bool filled = co_await fill(py, file);
    if (!filled) co_return nullptr;
  }
  const std::size_t left = file->in.size() - file->at;
  const std::size_t count =
      wanted < 0 ? left : std::min(left, static_cast<std::size_t>(wanted));
  std::string bytes = file->in.substr(file->at, count);
  file->at += count;
  if (wanted != 0 && count < left) file->end = false;
  if (file->end && count == left) file->end = false;  // It may grow.
  co_return as_value(py, *file, std::move(bytes));
}

Task<Value> file_readline(NativeCall call) {
  if (!check_mode(call.py, self_of(call), self_of(call).readable, "readable")) {
    co_return nullptr;
  }
  const Ref<File> file = held(call);
  co_return co_await read_line_of(call.py, file);
}

bool is_empty(const Value& line) {
  const Str* const text = as<Str>(line);
  return text ? text->text.empty() : as<ByteString>(line)->text.empty();
}

Task<Value> file_readlines(NativeCall call) {
  const Ref<File> file = held(call);
  if (!check_mode(call.py, *file, file->readable, "readable")) {
    co_return nullptr;
  }
  Values lines;
  for (;;) {
    const Value line = co_await read_line_of(call.py, file);
    if (!line) co_return nullptr;
    if (is_empty(line)) co_return call.py.list(std::move(lines));
    lines.push_back(line);
  }
}

Task<Value> file_next(NativeCall call) {
  const Ref<File> file = held(call);
  if (!check_mode(call.py, *file, file->readable, "readable")) {
    co_return nullptr;
  }
  const Value line = co_await read_line_of(call.py, file);
  if (!line || !is_empty(line)) co_return line;
  co_return call.py.raise("StopIteration", "");
}

Value file_iter(NativeCall& call) { return call.args[0]; }

/// The bytes of a str or bytes-like argument; null: raised.
const std::string* bytes_of(Interpreter& py, const File& file,
                            const Value& value) {
  const Str* const text = as<Str>(value);
  const ByteString* const bytes = as<ByteString>(value);
  if (!file.binary && text) return &text->text;
  if (file.binary && bytes) return &bytes->text;
  py.raise(
      "TypeError",
      file.binary
          ? fmt::format("'{}' does not support the buffer interface",
                        Interpreter::type_name(value))
          : fmt::format("must be str, not {}", Interpreter::type_name(value)));
  return nullptr;
}

Task<Value> file_write(NativeCall call) {
  Interpreter& py = call.py;
  const Ref<File> file = held(call);
  if (!check_mode(py, *file, file->writable, "writable")) co_return nullptr;
  const std::string* const bytes = bytes_of(py, *file, call.args[1]);
  if (!bytes) co_return nullptr;
  const std::int64_t count = py.length(call.args[1]);
  const bool written = co_await write_file(py, file, *bytes);
  co_return written ? py.integer(count) : nullptr;
}

Task<Value> file_writelines(NativeCall call) {
  Interpreter& py = call.py;
  const Ref<File> file = held(call);
  Values lines;
  const bool taken = co_await py.collect(call.args[1], &lines);
  if (!taken) co_return nullptr;
  for (const Value& line : lines) {
    const std::string* const bytes = bytes_of(py, *file, line);
    if (!bytes) co_return nullptr;
    const bool written = co_await write_file(py, file, *bytes);
    if (!written) co_return nullptr;
  }
  co_return py.none;
}

Task<Value> file_flush(NativeCall call) {
  const Ref<File> file = held(call);
  if (!check_open(call.py, *file)) co_return nullptr;
  const bool flushed = co_await flush_file(call.py, file);
  co_return flushed ? call.py.none : nullptr;
}

Task<Value> file_close(NativeCall call) {
  const Ref<File> file = held(call);
  if (file->closed) co_return call.py.none;
  const bool flushed = co_await flush_file(call.py, file);
  file->closed = true;
  if (file->owns) shut(call.py.process(), file->fd);
  co_return flushed ? call.py.none : nullptr;
}

Value file_enter(NativeCall& call) {
  return check_open(call.py, self_of(call)) ? call.args[0] : nullptr;
}

Task<Value> file_seek(NativeCall call) {
  Interpreter& py = call.py;
  const Ref<File> file = held(call);
  const auto offset = py.index(call.args[1]);
  const auto from = call.count() > 2 ? py.index(call.args[2]) : 0;
  if (!offset || !from || !check_open(py, *file)) co_return nullptr;
  const bool flushed = co_await flush_file(py, file);
  if (!flushed) co_return nullptr;
  const auto back = static_cast<std::int64_t>(file->in.size() - file->at);
  const std::int64_t delta = *from == 1 ? *offset - back : *offset;
  const auto whence = *from == 0   ? kernel::Whence::set
                      : *from == 1 ? kernel::Whence::current
                                   : kernel::Whence::end;
  const SysResult<std::int64_t> at =
      py.process().lseek(file->fd, delta, whence);
  if (!at) co_return py.raise_os(at.error());
  file->in.clear();
  file->at = 0;
  file->end = false;
  co_return py.integer(*at);
}

Task<Value> file_tell(NativeCall call) {
  Interpreter& py = call.py;
  const Ref<File> file = held(call);
  if (!check_open(py, *file)) co_return nullptr;
  const bool flushed = co_await flush_file(py, file);
  if (!flushed) co_return nullptr;
  const SysResult<std::int64_t> at =
      py.process().lseek(file->fd, 0, kernel::Whence::current);
  if (!at) co_return py.raise_os(at.error());
  co_return py.integer(*at -
                       static_cast<std::int64_t>(file->in.size() - file->at));
}

Value file_fileno(NativeCall& call) {
  return call.py.integer(self_of(call).fd);
}
Value file_isatty(NativeCall& call) {
  return call.py.boolean(call.py.process().isatty(self_of(call).fd));
}
Value file_readable(NativeCall& call) {
  return call.py.boolean(self_of(call).readable);
}
Value file_writable(NativeCall& call) {
  return call.py.boolean(self_of(call).writable);
}
Value file_repr(NativeCall& call) {
  const File& file = self_of(call);
  const std::string name = text_repr(file.name);
  return call.py.str(file.binary
                         ? fmt::format("<_io.BufferedReader name={}>", name)
                         : fmt::format("<_io.TextIOWrapper name={} mode='{}' "
                                       "encoding='UTF-8'>",
                                       name, file.mode));
}

constexpr NativeRow kFile[] = {
    {"read", 1, 2, nullptr, file_read},
    {"readline", 1, 1, nullptr, file_readline},
    {"readlines", 1, 1, nullptr, file_readlines},
    {"write", 2, 2, nullptr, file_write},
    {"writelines", 2, 2, nullptr, file_writelines},
    {"flush", 1, 1, nullptr, file_flush},
    {"close", 1, 1, nullptr, file_close},
    {"seek", 2, 3, nullptr, file_seek},
    {"tell", 1, 1, nullptr, file_tell},
    {"fileno", 1, 1, file_fileno},
    {"isatty", 1, 1, file_isatty},
    {"readable", 1, 1, file_readable},
    {"writable", 1, 1, file_writable},
    {"__iter__", 1, 1, file_iter},
    {"__next__", 1, 1, nullptr, file_next},
    {"__enter__", 1, 1, file_enter},
    {"__exit__", 4, 4, nullptr, file_close},
    {"__repr__", 1, 1, file_repr},
};

Value get_name(NativeCall& call) { return call.py.str(self_of(call).name); }
Value get_mode(NativeCall& call) { return call.py.str(self_of(call).mode); }
Value get_closed(NativeCall& call) {
  return call.py.boolean(self_of(call).closed);
}
Value get_encoding(NativeCall& call) { return call.py.str("UTF-8"); }
Value get_buffer(NativeCall& call) {
  Interpreter& py = call.py;
  File& file = self_of(call);
  const Ref<File> raw = make_file(py, file.fd, file.name, file.mode + "b");
  raw->owns = false;
  raw->unbuffered = true;
  raw->in = file.in.substr(file.at);
  file.in.clear();
  file.at = 0;
  return raw;
}
constexpr NativeRow kGetters[] = {
    {"name", 1, 1, get_name},     {"mode", 1, 1, get_mode},
    {"closed", 1, 1, get_closed}, {"encoding", 1, 1, get_encoding},
    {"buffer", 1, 1, get_buffer},
};

Task<Value> builtin_open(NativeCall call) {
  Interpreter& py = call.py;
  const Value path = call.take(0, "file");
  const Value mode = call.take(1, "mode");
  const Value buffering = call.take(2, "buffering");
  const Value encoding = call.take(3, "encoding");
  const Value errors = call.take(4, "errors");
  const Value newline = call.take(5, "newline");
  if (!call.no_more_keywords()) co_return nullptr;
  const Str* const how = as<Str>(mode);
  const Str* const coding = as<Str>(encoding);
  if (coding && !lower(coding->text).starts_with("utf") &&
      lower(coding->text) != "ascii") {
    co_return py.refuse("open() with an encoding other than UTF-8");
  }
  if (const Int* const fd = as<Int>(path)) {
    co_return make_file(py, static_cast<kernel::Fd>(fd->number),
                        std::to_string(fd->number), how ? how->text : "r");
  }
  const Str* const name = as<Str>(path);
  if (!name) {
    co_return py.raise("TypeError", fmt::format("invalid file: {}",
                                                Interpreter::type_name(path)));
  }
  const std::string file = name->text;
  const std::string letters = how ? how->text : "r";
  const Value made = co_await open_file(py, file, letters);
  const Int* const size = as<Int>(buffering);
  if (made && size && size->number == 0) as<File>(made)->unbuffered = true;
  if (made && size && size->number == 1) as<File>(made)->line_buffered = true;
  co_return made;
}
constexpr NativeRow kOpen[] = {{"open", 1, 8, nullptr, builtin_open, true}};

}  // namespace

Task<Value> read_line_of(Interpreter& py, Ref<File> file) {
  std::size_t from = file->at;
  for (;;) {
    const std::size_t end = file->in.find('\n', from);
    if (end != file->in.npos || file->end) {
      const std::size_t stop = end == file->in.npos ? file->in.size() : end + 1;
      std::string line = file->in.substr(file->at, stop - file->at);
      file->at = stop;
      file->end = false;
      co_return as_value(py, *file, std::move(line));
    }
    const std::size_t before = file->in.size() - file->at;
    const bool filled = co_await fill(py, file);
    if (!filled) co_return nullptr;
    from = file->at + before;
  }
}

Task<bool> flush_file(Interpreter& py, Ref<File> file) {
  while (!file->out.empty()) {
    if (py.nested()) co_return true;  // Later: this is no place to wait.
    const std::string bytes = std::exchange(file->out, "");
    const SysResult<std::int64_t> written =
        co_await py.process().write(file->fd, bytes);
    if (written) {
      const auto taken = static_cast<std::size_t>(*written);
      if (taken < bytes.size()) {
        file->out.insert(0, bytes.substr(taken));
        const bool signals = co_await py.take_signals();
        if (!signals) co_return false;
      }
      continue;
    }
    if (written.error() != Errno::eintr) {
      py.raise_os(written.error());
      co_return false;
    }
    file->out.insert(0, bytes);
    const bool taken = co_await py.take_signals();
    if (!taken) co_return false;
  }
  co_return true;
}

Task<bool> write_file(Interpreter& py, Ref<File> file, std::string bytes) {
  if (!check_open(py, *file)) co_return false;
  const bool line = file->line_buffered && bytes.find('\n') != bytes.npos;
  file->out += bytes;
  if (!line && !file->unbuffered && file->out.size() < kBuffer) co_return true;
  co_return co_await flush_file(py, file);
}

Ref<File> make_file(Interpreter& py, kernel::Fd fd, std::string name,
                    std::string mode) {
  const Ref<File> file = py.heap.make<File>(py.types.file.get(), fd);
  file->name = std::move(name);
  file->binary = mode.find('b') != mode.npos;
  const bool plus = mode.find('+') != mode.npos;
  file->readable = plus || mode.find('r') != mode.npos;
  file->writable = plus || mode.find_first_of("wax") != mode.npos;
  file->line_buffered = file->writable && py.process().isatty(fd);
  file->mode = std::move(mode);
  return file;
}

Task<Value> open_file(Interpreter& py, std::string path, std::string mode) {
  const std::size_t kinds =
      static_cast<std::size_t>(std::ranges::count_if(mode, [](char c) {
        return c == 'r' || c == 'w' || c == 'a' || c == 'x';
      }));
  if (kinds != 1 || mode.find_first_not_of("rwaxbt+U") != mode.npos) {
    co_return py.raise(
        "ValueError", mode.find_first_not_of("rwaxbt+U") != mode.npos
                          ? fmt::format("invalid mode: '{}'", mode)
                          : "must have exactly one of create/read/write/append "
                            "mode");
  }
  const bool plus = mode.find('+') != mode.npos;
  unsigned flags = kernel::kCloseOnExec;
  if (mode.find('r') != mode.npos) {
    flags |= plus ? kernel::kReadWrite : kernel::kReadOnly;
  } else {
    flags |= kernel::kCreate | (plus ? kernel::kReadWrite : kernel::kWriteOnly);
    if (mode.find('w') != mode.npos) flags |= kernel::kTruncate;
    if (mode.find('a') != mode.npos) flags |= kernel::kAppend;
    if (mode.find('x') != mode.npos) flags |= kernel::kExclusive;
  }
  const auto about = py.process().stat(path);
  if (about && about->type == vfs::FileType::directory) {
    co_return py.raise_os(Errno::eisdir, path);
  }
  const SysResult<kernel::Fd> fd = co_await py.process().open(path, flags);
  if (!fd) co_return py.raise_os(fd.error(), path);
  co_return make_file(py, *fd, path, mode);
}

Task<bool> write_stream(Interpreter& py, std::string stream, std::string text) {
  const Value value = py.sys_attribute(stream);
  File* const file = as<File>(value);
  if (file) {
    co_return co_await write_file(py, Ref<File>(file), text);
  }
  if (!value || value == py.none) co_return true;
  Arguments given;
  given.positional.push_back(py.str(text));
  const Value done = co_await py.call_method(value, "write", std::move(given));
  co_return bool(done);
}

Task<bool> flush_streams(Interpreter& py) {
  for (const std::string_view name : {"__stdout__", "__stderr__"}) {
    File* const file = as<File>(py.sys_attribute(name));
    if (!file || file->closed) continue;
    const bool flushed = co_await flush_file(py, Ref<File>(file));
    if (!flushed) co_return false;
  }
  co_return true;
}

void add_file_methods(Interpreter& py) {
  py.add_functions(*py.types.file, kFile);
  for (const NativeRow& row : kGetters) {
    const Ref<Wrapper> getter =
        py.heap.make<Wrapper>(py.types.property.get(), WrapperKind::property);
    getter->get = py.heap.make<NativeFunction>(py.types.native.get(), row);
    py.set(*py.types.file, row.name, getter);
  }
  py.builtins->table.set(
      py.intern("open"),
      py.heap.make<NativeFunction>(py.types.native.get(), kOpen[0]));
}

}  // namespace drydock::userland::python
