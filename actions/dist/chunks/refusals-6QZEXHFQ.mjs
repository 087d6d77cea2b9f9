import{credentialsRefused,refusalError}from"./chunk-2VIZW5WE.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
