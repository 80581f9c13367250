// Where a command puts what it says: data on one Output, messages on another. Bytes are passed on in
// order and unchanged. The first failure sticks: later writes do nothing, error() tells why.
// An Output belongs to one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/result.hpp"

namespace tandem::shell {

class Output {
 public:
  virtual ~Output() = default;
  virtual void write(std::string_view bytes) = 0;
  virtual void flush() = 0;
  virtual const std::optional<Error>& error() const = 0;
  virtual bool terminal() const { return false; }
  virtual bool colours() const { return false; }  // a terminal, and NO_COLOR is not set
  virtual int columns() const { return 80; }
  virtual bool line_open() const { return false; }    // what was written last did not end its line
  virtual bool reader_gone() const { return false; }  // a broken pipe: not worth a message
  virtual void forget_error() {}                      // what is written from now on goes somewhere else

  void line(std::string_view text) {
    write(text);
    write("\n");
  }
};

// A file descriptor, buffered; the descriptor stays open. Flushes when destroyed.
class DescriptorOutput : public Output {
 public:
  DescriptorOutput(int descriptor, std::string name);
  ~DescriptorOutput() override;
  DescriptorOutput(const DescriptorOutput&) = delete;
  DescriptorOutput& operator=(const DescriptorOutput&) = delete;

  void write(std::string_view bytes) override;
  void flush() override;
  const std::optional<Error>& error() const override { return error_; }
  bool terminal() const override { return terminal_; }
  bool colours() const override { return colours_; }
  int columns() const override;
  bool line_open() const override { return line_open_; }
  bool reader_gone() const override { return reader_gone_; }
  void forget_error() override;

 private:
  void send(std::string_view bytes);

  int descriptor_;
  std::string name_;
  bool terminal_;
  bool colours_;
  bool line_open_ = false;
  bool reader_gone_ = false;
  std::string buffer_{};
  std::optional<Error> error_{};
};

class TextOutput : public Output {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  void flush() override {}
  const std::optional<Error>& error() const override { return error_; }

  std::string text{};

 private:
  std::optional<Error> error_{};
};

}  // namespace tandem::shell
