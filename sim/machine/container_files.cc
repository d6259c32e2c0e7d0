// container_files.cc — pipe-like files over a container's streams.

#include "sim/machine/container_files.h"

#include <algorithm>
#include <utility>

namespace drydock::machine {

namespace {

vfs::Attributes pipe_attributes() {
  vfs::Attributes attributes;
  attributes.type = vfs::FileType::fifo;
  attributes.mode = 0600;
  return attributes;
}

class OutputFile final : public kernel::OpenFile {
 public:
  OutputFile(std::shared_ptr<Streams> streams, engine::Stream stream)
      : OpenFile(kernel::kWriteOnly),
        streams_(std::move(streams)),
        stream_(stream) {}

  SysResult<std::int64_t> try_write(kernel::KernelProcess&,
                                    std::string_view bytes) override {
    if (streams_->closed()) return Errno::epipe;
    if (!streams_->deliver(stream_, bytes)) return Errno::eagain;
    return static_cast<std::int64_t>(bytes.size());
  }
  WaitQueue* write_queue() override { return &streams_->drained(); }
  vfs::Attributes attributes() const override { return pipe_attributes(); }
  std::string title() const override { return "pipe:[1]"; }

 private:
  std::shared_ptr<Streams> streams_;
  engine::Stream stream_;
};

class InputFile final : public kernel::OpenFile {
 public:
  explicit InputFile(std::shared_ptr<Streams> streams)
      : OpenFile(kernel::kReadOnly), streams_(std::move(streams)) {}

  SysResult<Bytes> try_read(kernel::KernelProcess&,
                            std::size_t count) override {
    Bytes& input = streams_->input();
    if (input.empty()) {
      if (streams_->input_ended()) return Bytes();
      return Errno::eagain;
    }
    Bytes piece = input.substr(0, count);
    input.erase(0, piece.size());
    streams_->taken().notify_all();
    return piece;
  }
  WaitQueue* read_queue() override { return &streams_->fed(); }
  bool read_ready() const override {
    return !streams_->input().empty() || streams_->input_ended();
  }
  vfs::Attributes attributes() const override { return pipe_attributes(); }
  std::string title() const override { return "pipe:[2]"; }

 private:
  std::shared_ptr<Streams> streams_;
};

class NullFile final : public kernel::OpenFile {
 public:
  NullFile() : OpenFile(kernel::kReadWrite) {}

  SysResult<Bytes> try_read(kernel::KernelProcess&, std::size_t) override {
    return Bytes();
  }
  SysResult<std::int64_t> try_write(kernel::KernelProcess&,
                                    std::string_view bytes) override {
    return static_cast<std::int64_t>(bytes.size());
  }
  vfs::Attributes attributes() const override {
    vfs::Attributes attributes;
    attributes.type = vfs::FileType::char_device;
    attributes.mode = 0666;
    attributes.rdev = {1, 3};
    return attributes;
  }
  std::string title() const override { return "/dev/null"; }
};

}  // namespace

kernel::OpenFileRef output_file(std::shared_ptr<Streams> streams,
                                engine::Stream stream) {
  return std::make_shared<OutputFile>(std::move(streams), stream);
}

kernel::OpenFileRef input_file(std::shared_ptr<Streams> streams) {
  return std::make_shared<InputFile>(std::move(streams));
}

kernel::OpenFileRef null_file() { return std::make_shared<NullFile>(); }

std::vector<kernel::OpenFileRef> standard_files(
    kernel::OpenFileRef in, const std::shared_ptr<Streams>& streams) {
  std::vector<kernel::OpenFileRef> files;
  files.reserve(3);
  files.push_back(std::move(in));
  files.push_back(output_file(streams, engine::Stream::out));
  files.push_back(output_file(streams, engine::Stream::err));
  return files;
}

}  // namespace drydock::machine
