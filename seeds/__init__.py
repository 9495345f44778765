"""The first article, a second and invented one, and what makes a demonstration desk out of them.

``data/`` holds claims, speakers, sources and ratings as data; ``documents/`` the small pages that they cite;
:mod:`seeds.documents_server` serves those on loopback; :mod:`seeds.runner` takes the data through the services.
"""
