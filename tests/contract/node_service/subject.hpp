// The contract of protocol/contract/node_service.hpp as one suite, run on every implementation of it: a node
// in memory and storaged's on a disk, each also behind the server and RemoteNode on loopback.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "protocol/contract/node_service.hpp"

namespace tandem::tests {

// One new, empty node that belongs to no cluster.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual NodeService& service() = 0;
};

struct SubjectKind {
  std::string name;
  std::function<std::unique_ptr<Subject>()> make;
};
inline std::ostream& operator<<(std::ostream& out, const SubjectKind& kind) {
  return out << kind.name;
}

class NodeServiceContract : public testing::TestWithParam<SubjectKind> {
 protected:
  void SetUp() override;

  NodeService& node() { return subject_->service(); }
  ObjectId new_id();
  static Stamp stamp(std::uint64_t attempt) { return {.fence = 7, .attempt = attempt}; }
  static std::string text_of(std::size_t bytes);

  // Each expects success.
  StageReply stage(const ObjectId& id, const Stamp& at, std::string_view bytes, std::uint64_t claim = 0,
                   std::optional<StageBase> base = {});
  SettleItem item(const ObjectId& id, Revision revision, const Stamp& at, const StageReply& staged,
                  const std::string& name, SettleSource source = SettleSource::staged);
  Answer settle(const SettleItem& item);
  // A file of that content under that name, settled at that revision.
  ObjectId settled_file(const std::string& name, std::string_view bytes, Revision revision = 100);

  // The bytes of a range, with every block checked; an answer other than ok is a failure.
  std::string fetch(const ObjectId& id, const Stamp& at, std::uint64_t offset, std::uint64_t length);
  Answer answer_of_fetch(const ObjectId& id, const Stamp& at);
  ObjectState look(const ObjectId& id, std::uint64_t claim = 0);

  std::unique_ptr<Subject> subject_{};
  CallGuard guard_{};
  std::uint8_t ids_ = 0;
};

}  // namespace tandem::tests
