// Contents between the store and the program's own streams, through a bounded buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shell/commands/session.hpp"

namespace tandem::shell {

// The bytes of a file, or of a part of it, to session.out, exactly.
Outcome copy_out(Session& session, gateway::Store& store, const std::string& path, std::uint64_t offset,
                 std::optional<std::uint64_t> length);

// All of `input` into a file. Small contents go in one call.
Outcome copy_in(Session& session, gateway::Store& store, const std::string& path, Input& input,
                gateway::WriteOptions options);

// A file of this machine, or the program's standard input.
class DescriptorInput : public Input {
 public:
  DescriptorInput(int descriptor, std::string name, std::function<bool()> stop, bool owned);
  ~DescriptorInput() override;
  DescriptorInput(const DescriptorInput&) = delete;
  DescriptorInput& operator=(const DescriptorInput&) = delete;
  Result<std::size_t> read(std::span<std::byte> out) override;
  std::optional<std::uint64_t> size_bytes() const;  // of a regular file read from its start

 private:
  int descriptor_;
  std::string name_;
  std::function<bool()> stop_;
  bool owned_;
};
Result<std::unique_ptr<DescriptorInput>> open_input(const std::string& path, std::function<bool()> stop);

// A here-document.
class TextInput : public Input {
 public:
  explicit TextInput(std::string_view text) : rest_(text) {}
  Result<std::size_t> read(std::span<std::byte> out) override;
  bool given() const override { return true; }

 private:
  std::string_view rest_;
};

// Where there is nothing to read and saying so is better than waiting.
class NoInput : public Input {
 public:
  explicit NoInput(std::string why) : why_(std::move(why)) {}
  Result<std::size_t> read(std::span<std::byte>) override { return Error{Code::invalid, why_}; }
  std::string refusal() const override { return why_; }

 private:
  std::string why_;
};

}  // namespace tandem::shell
