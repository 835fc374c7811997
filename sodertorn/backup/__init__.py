"""Backups of all that the portal holds: one file of rows and documents, and a portal made again from it.

`sealed_file` is what keeps a damaged file from being taken for a whole one, `archive` what lies in it,
`tables` how rows are written so that either database can read them, `making` and `restore` the two ways.
"""
