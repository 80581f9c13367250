"""A stock XML-RPC client against one storaged: plain_client.py free|claimed URL. Exits 0 when all is as promised."""

import sys
import xmlrpc.client

DENIED, NOT_FOUND, EXISTS, NOT_EMPTY, INVALID = 16, 10, 11, 12, 15


def fault_of(call, *arguments):
    try:
        call(*arguments)
    except xmlrpc.client.Fault as fault:
        return fault.faultCode
    return 0


def use_free_node(node):
    assert node.mkdir("/d") is True
    assert node.create("/d/empty") is True
    assert node.write("/d/text", "gr\u00fc\u00dfe") == 7
    assert node.read("/d/text").data == "gr\u00fc\u00dfe".encode()
    content = bytes(range(256)) * 300
    assert node.write("/d/bytes", xmlrpc.client.Binary(content)) == len(content)
    assert node.read("/d/bytes").data == content
    assert node.read("/d/bytes", 250, 10).data == content[250:260]
    assert node.read("/d/bytes", 10**6).data == b""
    assert node.write("/d/bytes", xmlrpc.client.Binary(b"XY"), 1) == 2
    assert node.read("/d/bytes", 0, 4).data == b"\x00XY\x03"
    far = 3 * 2**30
    for offset in (str(far), float(far)):  # stock Python has no <i8>
        assert node.write("/d/far", "end", offset) == 3
        assert node.read("/d/far", offset, 3).data == b"end"
        assert node.read("/d/far", str(far - 2), 5).data == b"\0\0end"
        assert node.rm("/d/far") is True
    use_difficult_names(node)
    assert node.mv("/d/bytes", "/d/moved") is True
    assert fault_of(node.read, "/d/bytes") == NOT_FOUND
    assert fault_of(node.create, "/d/moved") == EXISTS
    assert fault_of(node.mkdir, "/d") == EXISTS
    assert fault_of(node.rm, "/d") == NOT_EMPTY
    status = node.status()
    assert (status["directories"], status["files"]) == (1, 3), status
    assert int(status["bytes"]) == 7 + len(content) and int(status["free"]) > 0, status
    for name in ("empty", "text", "moved"):
        assert node.rm("/d/" + name) is True
    assert node.rm("/d") is True
    assert fault_of(node.rm, "/d") == NOT_FOUND


def use_difficult_names(node):
    plain = ("smile \U0001f600", "\u4e2d\u6587", "quotes \"'", "<&>", "a ] b", " blanks  ", "tab\there")
    raw = (b"control \x01\x1f", b"new\r\nline", b"\xff\xfe no UTF-8", "\U0001f600".encode())
    names = [(name, name.encode()) for name in plain] + [(xmlrpc.client.Binary(b"/d/" + name), name) for name in raw]
    for name, in_bytes in names:
        path = "/d/" + name if isinstance(name, str) else name
        assert node.write(path, in_bytes) == len(in_bytes), name
        assert node.read(xmlrpc.client.Binary(b"/d/" + in_bytes)).data == in_bytes, name
        assert fault_of(node.create, path) == EXISTS, name
        assert node.rm(path) is True, name
    assert fault_of(node.create, "/d/control \x01") == INVALID


def describe_node(node):
    methods = node.system.listMethods()
    for name in ("mkdir", "create", "mv", "read", "write", "status", "rm"):
        assert name in methods, methods
        assert node.system.methodHelp(name), name
        assert node.system.methodSignature(name), name
    assert "system.shutdown" not in methods, methods


def use_claimed_node(node):
    for call, arguments in (
        (node.mkdir, ("/x",)),
        (node.create, ("/x",)),
        (node.mv, ("/shared", "/x")),
        (node.rm, ("/shared",)),
        (node.write, ("/shared", "changed behind the gateway")),
    ):
        assert fault_of(call, *arguments) == DENIED, arguments
    try:
        node.mkdir("/x")
    except xmlrpc.client.Fault as fault:
        assert "gateway" in fault.faultString, fault.faultString
    assert node.status()["files"] >= 0


def main():
    kind, url = sys.argv[1:]
    with xmlrpc.client.ServerProxy(url) as node:
        if kind == "free":
            describe_node(node)
            use_free_node(node)
        else:
            use_claimed_node(node)


main()
