#include "protocol/contract/checksums.hpp"
#include "protocol/contract/limits.hpp"
#include "tests/contract/node_service/subject.hpp"

namespace tandem::tests {

StageReply NodeServiceContract::stage(const ObjectId& id, const Stamp& at, std::string_view bytes,
                                      std::uint64_t claim, std::optional<StageBase> base) {
  const StageRequest request{.id = id,
                             .stamp = at,
                             .session = claim == 0 ? SessionId{7} : 0,
                             .claim = claim,
                             .size_bytes = bytes.size(),
                             .base = base};
  auto sink = node().stage(guard_, request);
  EXPECT_TRUE(sink) << to_string(sink.error());
  if (!sink) return {};
  EXPECT_TRUE((*sink)->write(std::as_bytes(std::span(bytes))));
  const auto reply = (*sink)->finish();
  EXPECT_TRUE(reply) << to_string(reply.error());
  return reply ? *reply : StageReply{};
}

std::string NodeServiceContract::fetch(const ObjectId& id, const Stamp& at, std::uint64_t offset,
                                       std::uint64_t length) {
  auto source = node().fetch(guard_, {.id = id, .stamp = at, .offset = offset, .length = length});
  EXPECT_TRUE(source) << to_string(source.error());
  if (!source) return "";
  const FetchHead& head = (*source)->head();
  EXPECT_EQ(head.answer, Answer::ok);
  std::string bytes;
  std::vector<std::byte> room(50'000);
  for (;;) {
    const auto got = (*source)->read(room);
    EXPECT_TRUE(got) << to_string(got.error());
    if (!got || *got == 0) break;
    bytes.append(reinterpret_cast<const char*>(room.data()), *got);
  }
  EXPECT_EQ(bytes.size(), head.length);
  return bytes;
}

Answer NodeServiceContract::answer_of_fetch(const ObjectId& id, const Stamp& at) {
  const auto source = node().fetch(guard_, {.id = id, .stamp = at, .length = 1});
  EXPECT_TRUE(source) << to_string(source.error());
  return source ? (*source)->head().answer : Answer::absent;
}

ObjectState NodeServiceContract::look(const ObjectId& id, std::uint64_t claim) {
  const auto states = node().look(guard_, std::span(&id, 1), claim);
  EXPECT_TRUE(states) << to_string(states.error());
  EXPECT_EQ(states->size(), 1U);
  return states->front();
}

TEST_P(NodeServiceContract, StagedBytesAreServedAtExactlyTheirStamp) {
  const ObjectId id = new_id();
  const StageReply reply = stage(id, stamp(1), "the bytes");
  EXPECT_EQ(reply.size_bytes, 9U);
  EXPECT_EQ(fetch(id, stamp(1), 0, 100), "the bytes");
  EXPECT_EQ(answer_of_fetch(id, stamp(2)), Answer::absent);
  EXPECT_EQ(answer_of_fetch(new_id(), stamp(1)), Answer::absent);
  const ObjectState state = look(id);
  EXPECT_FALSE(state.settled);
  EXPECT_EQ(state.staged, std::vector{stamp(1)});
}

TEST_P(NodeServiceContract, ContentsOfAllSizesComeBackWithTheirChecksums) {
  for (const std::size_t size : {0U, 1U, 4096U, 65535U, 65536U, 65537U, 200000U, 1048579U}) {
    const std::string content = text_of(size);
    const ObjectId id = settled_file("f" + std::to_string(size), content);
    EXPECT_EQ(fetch(id, stamp(1), 0, limits::fetch_bytes_max), content) << size;
    auto source = node().fetch(guard_, {.id = id, .stamp = stamp(1), .length = limits::fetch_bytes_max});
    ASSERT_TRUE(source);
    const FetchHead& head = (*source)->head();
    EXPECT_EQ(head.size_bytes, size);
    ChecksumStream stream;
    stream.update(std::as_bytes(std::span(content)));
    const auto checksums = std::move(stream).finish();
    EXPECT_EQ(head.checksums, checksums);
    EXPECT_EQ(head.digest, digest_of(checksums));
  }
}

TEST_P(NodeServiceContract, ARangeNamesTheChecksumsOfTheBlocksItTouches) {
  const std::string content = text_of(300'000);
  const ObjectId id = settled_file("f", content);
  auto source = node().fetch(guard_, {.id = id, .stamp = stamp(1), .offset = 65'000, .length = 70'000});
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->head().offset, 65'000U);
  EXPECT_EQ((*source)->head().length, 70'000U);
  EXPECT_EQ((*source)->head().checksums.size(), 3U);
  EXPECT_EQ(fetch(id, stamp(1), 65'000, 70'000), content.substr(65'000, 70'000));
  EXPECT_EQ(fetch(id, stamp(1), 299'999, 70'000), content.substr(299'999));
  EXPECT_EQ(fetch(id, stamp(1), 300'000, 1), "");
  EXPECT_EQ(fetch(id, stamp(1), 400'000, 1), "");
  EXPECT_EQ(fetch(id, stamp(1), 10, 0), "");
}

TEST_P(NodeServiceContract, ALongRangeMayBeginAndEndAnywhere) {
  const std::string content = text_of(5'000'000);
  const ObjectId id = settled_file("f", content);
  EXPECT_EQ(fetch(id, stamp(1), 100'003, 4'500'000), content.substr(100'003, 4'500'000));
  EXPECT_EQ(fetch(id, stamp(1), 65'536, limits::fetch_bytes_max), content.substr(65'536));
  EXPECT_EQ(fetch(id, stamp(1), 4'999'999, 10), content.substr(4'999'999)) << "the connection goes on";
}

TEST_P(NodeServiceContract, AnUnfinishedStageLeavesNothing) {
  const ObjectId id = new_id();
  {
    auto sink = node().stage(guard_, {.id = id, .stamp = stamp(1), .session = 7, .size_bytes = 1'000'000});
    ASSERT_TRUE(sink);
    const std::string part = text_of(500'000);
    EXPECT_TRUE((*sink)->write(std::as_bytes(std::span(part))));
  }
  EXPECT_EQ(answer_of_fetch(id, stamp(1)), Answer::absent);
  const auto staged = node().staged(guard_, 100);
  ASSERT_TRUE(staged);
  EXPECT_TRUE(staged->empty());
}

TEST_P(NodeServiceContract, ABodyOfUnknownSizeIsTaken) {
  const ObjectId id = new_id();
  const std::string content = text_of(700'001);
  auto sink = node().stage(guard_, {.id = id, .stamp = stamp(1), .session = 7});
  ASSERT_TRUE(sink);
  std::size_t step = 1;
  for (std::size_t at = 0; at < content.size(); step = step * 3 + 1) {
    const auto piece = std::string_view(content).substr(at, step);
    ASSERT_TRUE((*sink)->write(std::as_bytes(std::span(piece))));
    at += piece.size();
  }
  const auto reply = (*sink)->finish();
  ASSERT_TRUE(reply) << to_string(reply.error());
  EXPECT_EQ(reply->size_bytes, content.size());
  EXPECT_EQ(fetch(id, stamp(1), 0, limits::fetch_bytes_max), content);
}

TEST_P(NodeServiceContract, AStageOnABaseLaysItsBodyOverTheOldContent) {
  const std::string content = text_of(150'000);
  const ObjectId id = settled_file("f", content);
  const StageReply appended = stage(id, stamp(2), "tail", 0, StageBase{stamp(1), content.size()});
  EXPECT_EQ(appended.size_bytes, content.size() + 4);
  EXPECT_EQ(fetch(id, stamp(2), 0, limits::fetch_bytes_max), content + "tail");
  const StageReply over = stage(id, stamp(3), "middle", 0, StageBase{stamp(1), 70'000});
  EXPECT_EQ(over.size_bytes, content.size());
  std::string expected = content;
  expected.replace(70'000, 6, "middle");
  EXPECT_EQ(fetch(id, stamp(3), 0, limits::fetch_bytes_max), expected);
  EXPECT_EQ(fetch(id, stamp(1), 0, limits::fetch_bytes_max), content) << "the base is untouched";
}

TEST_P(NodeServiceContract, AGapBehindTheBaseReadsAsZeros) {
  const ObjectId id = settled_file("f", "abc");
  stage(id, stamp(2), "z", 0, StageBase{stamp(1), 70'000});
  EXPECT_EQ(fetch(id, stamp(2), 0, limits::fetch_bytes_max), "abc" + std::string(69'997, '\0') + "z");
}

TEST_P(NodeServiceContract, AStageOnABaseThatIsNotHeldIsRefused) {
  const ObjectId id = settled_file("f", "abc");
  const StageRequest request{
      .id = id, .stamp = stamp(3), .session = 7, .size_bytes = 1, .base = StageBase{stamp(2), 0}};
  auto sink = node().stage(guard_, request);
  if (sink) {
    static_cast<void>((*sink)->write(std::as_bytes(std::span("x", 1))));
    EXPECT_FALSE((*sink)->finish());
  }
  EXPECT_EQ(answer_of_fetch(id, stamp(3)), Answer::older);
}

TEST_P(NodeServiceContract, StagedContentsAreListedAndDropped) {
  const ObjectId one = new_id();
  const ObjectId two = new_id();
  stage(one, stamp(1), "1");
  stage(two, stamp(4), "four");
  auto staged = node().staged(guard_, 100);
  ASSERT_TRUE(staged);
  ASSERT_EQ(staged->size(), 2U);
  const StagedState& second = (*staged)[0].id == two ? (*staged)[0] : (*staged)[1];
  EXPECT_EQ(second.stamp, stamp(4));
  EXPECT_EQ(second.session, 7U);
  EXPECT_EQ(second.size_bytes, 4U);
  EXPECT_TRUE(node().drop_staged(guard_, std::span(&second, 1)));
  EXPECT_EQ(answer_of_fetch(two, stamp(4)), Answer::absent);
  EXPECT_EQ(fetch(one, stamp(1), 0, 10), "1");
}

TEST_P(NodeServiceContract, VerifyComparesWithTheStamp) {
  const ObjectId id = settled_file("f", text_of(100'000));
  const auto verified = [&](const ObjectId& which, const Stamp& at) {
    const auto answer = node().verify(guard_, which, at);
    EXPECT_TRUE(answer) << to_string(answer.error());
    return answer ? *answer : Answer::again;
  };
  EXPECT_EQ(verified(id, stamp(1)), Answer::ok);
  EXPECT_EQ(verified(id, stamp(2)), Answer::older);
  EXPECT_EQ(verified(new_id(), stamp(1)), Answer::absent);
}

}  // namespace tandem::tests
