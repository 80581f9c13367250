// What the real daemon does when its disk, its mount or its limits fail it: a clear code, nothing half done,
// and it is still there afterwards.
#include <sys/mount.h>
#include <sys/resource.h>

#include <memory>

#include "gateway/nodes/remote/http_transport.hpp"
#include "protocol/runtime/system_runtime.hpp"
#include "tests/contract/node_service/remote_service.hpp"
#include "tests/unit/storaged_daemon/daemon_fixture.hpp"

namespace tandem::storaged {
namespace {

class DaemonInTrouble : public DaemonProcess {
 protected:
  void TearDown() override {
    if (mounted_) {
      EXPECT_EQ(::umount2(root().c_str(), MNT_DETACH), 0);
    }
    DaemonProcess::TearDown();
  }
  bool mount_root(const char* type, const char* options) {
    std::filesystem::create_directories(root());
    mounted_ = ::mount("none", root().c_str(), type, 0, options) == 0;
    return mounted_;
  }
  std::string write(const std::string& path, std::size_t size) {
    return ask(port(), call("write", path, std::string(size, 'x')));
  }
  bool alive() { return ask(port(), call("status", "")).find("<name>free</name>") != std::string::npos; }
  // With descriptors to spare: where a sanitizer meets a class for the first time it needs one.
  void go_the_whole_way_once() {
    for (const char* method : {"create", "create", "rm"})
      ASSERT_FALSE(ask(port(), call(method, "/f")).empty());
  }
  bool logged(const std::string& words) { return log().find(words) != std::string::npos; }

  // A gateway's way to the daemon, which it makes a member of a cluster.
  void join() {
    service_ =
        std::make_unique<tests::RemoteService>(transport_.connect("127.0.0.1:" + std::to_string(port())));
    guard_.cluster.bytes.fill(7);
    const Status joined = service_->join(guard_.cluster, 1);
    ASSERT_TRUE(joined.ok()) << to_string(joined.error()) << log();
    const auto identity = service_->identify();
    ASSERT_TRUE(identity.ok()) << to_string(identity.error());
    guard_.node = identity->node;
    guard_.epoch = 1;
    guard_.run = identity->run;
  }
  Code stage(std::uint8_t number, std::size_t size) {
    StageRequest request;
    request.id.bytes.fill(number);
    request.stamp = {1, number};
    request.session = 1;
    request.size_bytes = size;
    auto sink = service_->stage(guard_, request);
    if (!sink) return sink.code();
    const std::string bytes(size, 'x');
    if (const Status sent = (*sink)->write(std::as_bytes(std::span(bytes))); !sent) return sent.code();
    return (*sink)->finish().code();
  }

  protocol::SystemRuntime runtime_;
  gateway::HttpTransport transport_{runtime_, {.connect = soon, .request = soon, .secret = ""}};
  std::unique_ptr<tests::RemoteService> service_;
  CallGuard guard_;
  bool mounted_ = false;
};

TEST_F(DaemonInTrouble, AFullDiskIsNoSpaceAndLeavesTheReserve) {
  if (!mount_root("tmpfs", "size=8m")) GTEST_SKIP() << "mounting a small tmpfs needs the rights of root";
  auto child = start({"--reserve", "2MiB"});
  std::string reply;
  for (int i = 0; i < 20 && !is_fault(reply, Code::no_space); ++i)
    reply = write("/f" + std::to_string(i), 1'000'000);
  EXPECT_TRUE(is_fault(reply, Code::no_space)) << reply;
  EXPECT_GE(std::filesystem::space(root()).available, 2U << 20);
  EXPECT_TRUE(logged(" call=plain_write code=no_space path=/f")) << log();
  EXPECT_TRUE(test::wait_until([&] { return entries("staging") == 0; }));
  EXPECT_EQ(entries("tree"), shown("tandem_objects"));
  EXPECT_NE(ask(port(), call("rm", "/f0")).find("<boolean>1"), std::string::npos);
  EXPECT_NE(write("/again", 500'000).find("<i4>500000"), std::string::npos) << "room again";
}

TEST_F(DaemonInTrouble, AFullDiskRefusesStagesAndKeepsWhatIsStaged) {
  if (!mount_root("tmpfs", "size=8m")) GTEST_SKIP() << "mounting a small tmpfs needs the rights of root";
  auto child = start();
  join();
  EXPECT_EQ(stage(1, 4 << 20), Code::ok);
  EXPECT_EQ(stage(2, 6 << 20), Code::no_space);
  EXPECT_TRUE(test::wait_until([&] { return entries("staging") == 1; })) << "the refused one goes";
  FetchRequest fetch{.stamp = {1, 1}, .length = 1000};
  fetch.id.bytes.fill(1);
  EXPECT_EQ((*service_->fetch(guard_, fetch))->head().answer, Answer::ok);
  StagedState staged{.id = fetch.id, .stamp = fetch.stamp, .session = 1};
  EXPECT_TRUE(service_->drop_staged(guard_, std::span(&staged, 1)).ok());
  EXPECT_TRUE(test::wait_until([&] { return stage(2, 6 << 20) == Code::ok; }))
      << "the same again, once there is room: when the answer to who read the dropped one is over";
}

TEST_F(DaemonInTrouble, AReadOnlyMountIsUnavailableWithTheMendAndStillRead) {
  if (!mount_root("tmpfs", "size=8m")) GTEST_SKIP() << "mounting a small tmpfs needs the rights of root";
  auto child = start();
  ASSERT_NE(write("/kept", 5).find("<i4>5"), std::string::npos);
  ASSERT_EQ(::mount("none", root().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const std::string refused = write("/kept", 7);
  EXPECT_TRUE(is_fault(refused, Code::unavailable)) << refused;
  EXPECT_NE(refused.find("mount the disk writable"), std::string::npos) << refused;
  EXPECT_TRUE(is_fault(ask(port(), call("mkdir", "/d")), Code::unavailable));
  EXPECT_NE(ask(port(), call("read", "/kept")).find("eHh4eHg="), std::string::npos);
  ASSERT_EQ(::mount("none", root().c_str(), "tmpfs", MS_REMOUNT, nullptr), 0);
  EXPECT_NE(write("/kept", 7).find("<i4>7"), std::string::npos) << "writable again, without a restart";
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(soon), 0);
}

TEST_F(DaemonInTrouble, AFileSystemWithoutUserAttributesIsRefusedWithTheMend) {
  if (!mount_root("ramfs", nullptr)) GTEST_SKIP() << "mounting a ramfs needs the rights of root";
  const auto outcome = test::run(command({}));
  EXPECT_EQ(outcome.status, 78) << test::describe(outcome);
  EXPECT_NE(outcome.errors.find("user extended attributes"), std::string::npos) << outcome.errors;
  EXPECT_FALSE(std::filesystem::exists(root() + "/node.toml"));
}

TEST_F(DaemonInTrouble, TooManyOpenFilesAreUnavailableUntilThereAreFewer) {
  auto child = start();
  go_the_whole_way_once();
  Connection kept(port());
  const std::string request = call("create", "/f");
  ASSERT_TRUE(kept.send(request.substr(0, 60)));
  ASSERT_TRUE(test::wait_until([&] { return shown("tandem_connections") == 2; }));
  rlimit before{};
  ASSERT_EQ(::prlimit(child.pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit softly{4, before.rlim_max};
  ASSERT_EQ(::prlimit(child.pid(), RLIMIT_NOFILE, &softly, nullptr), 0);
  ASSERT_TRUE(kept.send(request.substr(60)));
  const std::string refused = kept.rest();
  EXPECT_TRUE(is_fault(refused, Code::unavailable)) << refused;
  EXPECT_NE(refused.find("limit of open files"), std::string::npos) << refused;
  ASSERT_EQ(::prlimit(child.pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  EXPECT_TRUE(test::wait_until([&] { return alive(); }));
  EXPECT_EQ(entries("tree"), 0U);
  EXPECT_NE(ask(port(), request).find("<boolean>1"), std::string::npos);
  EXPECT_TRUE(logged("code=unavailable path=/f"));
}

TEST_F(DaemonInTrouble, ConnectionsLeaveDescriptorsForFiles) {
  auto child = start({}, "ulimit -Sn 40 && ulimit -Hn 40");
  EXPECT_TRUE(logged("level=warning event=few_descriptors"));
  go_the_whole_way_once();
  Connection kept(port());
  const std::string request = call("create", "/f");
  const std::size_t body = request.find("\r\n\r\n") + 4;
  ASSERT_TRUE(kept.send(request.substr(0, body - 2) + "Expect: 100-continue\r\n\r\n"));
  ASSERT_TRUE(kept.receives("100 Continue\r\n\r\n"));
  std::vector<std::unique_ptr<Connection>> crowd;
  crowd.reserve(60);
  for (int i = 0; i < 60; ++i) crowd.push_back(std::make_unique<Connection>(port()));
  EXPECT_TRUE(test::wait_until([&] { return logged("level=warning event=too_many_connections"); }));
  ASSERT_TRUE(kept.send(request.substr(body)));
  const std::string done = kept.rest();
  EXPECT_NE(done.find("<boolean>1"), std::string::npos) << done;
  crowd.clear();
  EXPECT_TRUE(test::wait_until([&] { return alive(); }));
}

TEST_F(DaemonInTrouble, AFileLargerThanTheLimitIsNoSpaceAndLeavesNothing) {
  auto child = start({}, "ulimit -f 2048");  // in units of 512 or 1024 bytes, as the shell has it
  join();
  EXPECT_EQ(stage(1, 500'000), Code::ok);
  EXPECT_EQ(stage(2, 4 << 20), Code::no_space);
  EXPECT_TRUE(child.running()) << "the signal that comes with it must not end the daemon";
  EXPECT_TRUE(test::wait_until([&] { return entries("staging") == 1; })) << "the refused one goes";
  EXPECT_TRUE(logged(" call=stage code=no_space path=staging/")) << log();
}

}  // namespace
}  // namespace tandem::storaged
