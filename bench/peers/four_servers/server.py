#!/usr/bin/env python3
"""One of four servers: the seven methods over a folder, by Python's own XML-RPC server, one call at a time.

The straightforward way to build such a store: no versions, no healing, nothing synced.
"""
import os
import pathlib
import sys
import xmlrpc.client
import xmlrpc.server


class Folder:
    def __init__(self, root):
        self.root = pathlib.Path(root)

    def _place(self, path):
        return self.root / path.lstrip("/")

    def mkdir(self, path):
        self._place(path).mkdir()
        return True

    def create(self, path):
        self._place(path).touch(exist_ok=False)
        return True

    def mv(self, old, new):
        os.rename(self._place(old), self._place(new))
        return True

    def rm(self, path):
        self._place(path).unlink()
        return True

    def read(self, path):
        return xmlrpc.client.Binary(self._place(path).read_bytes())

    def write(self, path, content):
        return self._place(path).write_bytes(content.data)

    def status(self):
        held = list(self.root.rglob("*"))
        files = [each for each in held if each.is_file()]
        return {"directories": len(held) - len(files), "files": len(files),
                "bytes": sum(each.stat().st_size for each in files)}


def main():
    server = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False, allow_none=True)
    server.register_instance(Folder(sys.argv[1]))
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
